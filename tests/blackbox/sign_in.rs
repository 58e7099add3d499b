//! Being signed in: tokens that are believed and tokens that are not, refreshing, sessions, API tokens, and how often one may guess.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Sha256, Sha384, Sha512};

use crate::support::{Atlas, Folder, PASSWORD, Person};

const SECRET: &str = "kV3-9wq_Zt7LmN2xYb8RcD5fGhJ1pQsU";

/// URL-safe base64 without padding.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for piece in bytes.chunks(3) {
        let number = piece.iter().chain([&0, &0]).take(3).fold(0_usize, |number, byte| number << 8 | usize::from(*byte));
        text.extend((0..=piece.len()).map(|at| char::from(DIGITS[number >> (18 - 6 * at) & 63])));
    }
    text
}

fn unbase64(text: &str) -> Vec<u8> {
    const DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (mut bits, mut number, mut bytes) = (0, 0_u32, Vec::new());
    for digit in text.chars() {
        number = number << 6 | u32::try_from(DIGITS.find(digit).unwrap()).unwrap();
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((number >> bits & 255) as u8);
        }
    }
    bytes
}

/// A token of these parts, signed by this function.
fn token(header: &Value, claims: &Value, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let message = format!("{}.{}", base64(header.to_string().as_bytes()), base64(claims.to_string().as_bytes()));
    format!("{message}.{}", base64(&sign(message.as_bytes())))
}

macro_rules! signed_with {
    ($hash:ty, $secret:expr) => {
        |message: &[u8]| {
            let mut mac = Hmac::<$hash>::new_from_slice($secret.as_bytes()).unwrap();
            mac.update(message);
            mac.finalize().into_bytes().to_vec()
        }
    };
}

#[test]
fn a_token_that_we_did_not_sign_as_we_sign_is_not_believed() {
    let atlas = Atlas::serve_with(Folder::new(), &["--jwt-secret", SECRET]);
    let mina = atlas.person("mina", "admin");
    let parts: Vec<&str> = mina.access_token.split('.').collect();
    let claims: Value = serde_json::from_slice(&unbase64(parts[1])).unwrap();
    let header: Value = serde_json::from_slice(&unbase64(parts[0])).unwrap();
    assert_eq!(header["alg"], "HS256");
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 1800, "30 minutes");

    let hs256 = signed_with!(Sha256, SECRET);
    let with = |field: &str, value: Value| {
        let mut changed = claims.clone();
        changed[field] = value;
        changed
    };
    let without = |field: &str| {
        let mut changed = claims.clone();
        changed.as_object_mut().unwrap().remove(field);
        changed
    };
    let now = claims["iat"].as_i64().unwrap();
    let alg = |name: &str| json!({"alg": name, "typ": "JWT"});
    let altered = base64(with("sub", json!("2")).to_string().as_bytes());
    let forged = [
        ("no algorithm", token(&alg("none"), &claims, |_| Vec::new())),
        ("None", token(&alg("None"), &claims, |_| Vec::new())),
        ("no algorithm, signed", token(&alg("none"), &claims, hs256)),
        ("no header", format!("{}.{}.{}", base64(b"{}"), parts[1], parts[2])),
        ("HS384", token(&alg("HS384"), &claims, signed_with!(Sha384, SECRET))),
        ("HS512", token(&alg("HS512"), &claims, signed_with!(Sha512, SECRET))),
        ("RS256 with our secret", token(&alg("RS256"), &claims, hs256)),
        ("ES256 with our secret", token(&alg("ES256"), &claims, hs256)),
        ("lower case", token(&alg("hs256"), &claims, hs256)),
        ("altered", format!("{}.{altered}.{}", parts[0], parts[2])),
        ("without a signature", format!("{}.{}.", parts[0], parts[1])),
        ("two parts", format!("{}.{}", parts[0], parts[1])),
        ("four parts", format!("{}.", mina.access_token)),
        ("a bit of the signature", format!("{}.{}.{}", parts[0], parts[1], &parts[2][..10])),
        ("another secret", token(&header, &claims, signed_with!(Sha256, "another secret of this very same length"))),
        ("an empty secret", token(&header, &claims, signed_with!(Sha256, ""))),
        ("expired", token(&header, &with("exp", json!(now - 1)), hs256)),
        ("expired just now", token(&header, &with("exp", json!(now)), hs256)),
        ("never expires", token(&header, &without("exp"), hs256)),
        ("expires in words", token(&header, &with("exp", json!("9999999999")), hs256)),
        ("expires at null", token(&header, &with("exp", Value::Null), hs256)),
        ("for another purpose", token(&header, &with("aud", json!("device")), hs256)),
        ("for any purpose", token(&header, &without("aud"), hs256)),
        ("for several purposes", token(&header, &with("aud", json!(["access", "device"])), hs256)),
        ("another account", token(&header, &with("sub", json!("999")), hs256)),
        ("another session", token(&header, &with("jti", json!("999")), hs256)),
        ("no account", token(&header, &with("sub", json!("1 OR 1=1")), hs256)),
        ("no object", token(&header, &json!("claims"), hs256)),
        ("nothing", String::new()),
        ("dots", "..".to_owned()),
        ("a refresh token", mina.refresh_token.clone()),
    ];
    for (what, token) in forged {
        let answer = atlas
            .request("GET", "/auth/me", &[("authorization", &format!("Bearer {token}"))], &Value::Null)
            .is(401)
            .has_code("TOKEN_INVALID");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{what}");
        let read = atlas.request("GET", "/entries", &[("authorization", &format!("Bearer {token}"))], &Value::Null);
        assert_eq!(read.status, 401, "{what}: who shows something worthless is no visitor");
    }
    assert_eq!(token(&header, &claims, hs256).split('.').count(), 3);
    let ours = token(&header, &claims, hs256);
    atlas.request("GET", "/auth/me", &[("authorization", &format!("bearer {ours}"))], &Value::Null).is(200);
    for header in [format!("Basic {ours}"), ours.clone(), format!("Bearer{ours}"), "Bearer".to_owned()] {
        atlas.request("GET", "/auth/me", &[("authorization", &header)], &Value::Null).is(401);
    }
}

#[test]
fn the_secret_that_is_made_is_kept_and_tokens_outlive_a_restart() {
    let folder = Folder::new();
    let atlas = folder.serve();
    let (access, refresh) = {
        let mina = atlas.person("mina", "member");
        (mina.access_token, mina.refresh_token)
    };
    atlas.stop().succeeds();
    let atlas = folder.serve();
    let header = format!("Bearer {access}");
    atlas.request("GET", "/auth/me", &[("authorization", &header)], &Value::Null).is(200);
    atlas.post("/auth/refresh", &json!({ "refresh_token": refresh })).is(200);
    atlas.stop().succeeds();
    let atlas = Atlas::serve_with(&folder, &["--jwt-secret", SECRET]);
    atlas.request("GET", "/auth/me", &[("authorization", &header)], &Value::Null).is(401);
}

#[test]
fn a_refresh_token_is_exchanged_once_and_used_twice_it_ends_the_session() {
    let atlas = Atlas::empty();
    let first = atlas.person("mina", "member");
    let elsewhere = atlas.sign_in("mina");
    let refresh = |token: &str| atlas.post("/auth/refresh", &json!({ "refresh_token": token }));
    let second = Person::of(&atlas, &refresh(&first.refresh_token).is(200));
    let third = Person::of(&atlas, &refresh(&second.refresh_token).is(200));
    assert_ne!(first.refresh_token, second.refresh_token);
    assert!(first.is_known() && third.is_known(), "a refresh ends no access token");

    refresh(&first.refresh_token).is(401).has_code("TOKEN_REUSED");
    for of_family in [&first, &second, &third] {
        assert!(!of_family.is_known());
        refresh(&of_family.refresh_token).is(401);
    }
    assert!(elsewhere.is_known(), "another session is another matter");
    refresh("made up").is(401).has_code("TOKEN_INVALID");
    atlas.post("/auth/refresh", &json!({})).is(401);
    atlas.call("/auth/refresh").is(401);
}

#[test]
fn of_two_who_refresh_at_once_one_is_told_of_the_other() {
    let atlas = Atlas::empty();
    let mina = atlas.person("mina", "member");
    let body = json!({ "refresh_token": mina.refresh_token });
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..2).map(|_| scope.spawn(|| atlas.post("/auth/refresh", &body).status)).collect();
        asking.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(statuses == [200, 401] || statuses == [401, 200], "{statuses:?}");
    assert!(!mina.is_known(), "the session is over");
}

#[test]
fn sessions_are_listed_and_end_at_once() {
    let atlas = Atlas::empty();
    let [one, other] = [atlas.person("mina", "member"), atlas.sign_in("mina")];
    let mo = atlas.person("mo", "admin");
    let sessions = other.get("/auth/sessions").is(200).json();
    let current: Vec<bool> = sessions.as_array().unwrap().iter().map(|session| session["isCurrent"].as_bool().unwrap()).collect();
    assert_eq!(current, [true, false], "the newest first");
    assert!(sessions[0]["client"].as_str().unwrap().contains("ureq"), "{sessions}");
    let path = format!("/auth/sessions/{}", sessions[1]["id"]);
    mo.delete(&path).is(404).has_code("SESSION_NOT_FOUND");
    assert!(one.is_known());
    other.delete(&path).is(204);
    assert!(!one.is_known());
    atlas.post("/auth/refresh", &json!({ "refresh_token": one.refresh_token })).is(401);
    other.delete(&path).is(404).has_code("SESSION_NOT_FOUND");
    assert_eq!(other.get("/auth/sessions").is(200).json().as_array().unwrap().len(), 1);
}

#[test]
fn signing_out_ends_the_session_of_either_token() {
    let atlas = Atlas::empty();
    let [one, other] = [atlas.person("mina", "member"), atlas.sign_in("mina")];
    one.call("/auth/logout").is(204);
    assert!(!one.is_known());
    assert!(other.is_known());
    atlas.post("/auth/logout", &json!({ "refresh_token": other.refresh_token })).is(204);
    assert!(!other.is_known());
    atlas.call("/auth/logout").is(204);
}

#[test]
fn an_api_token_is_shown_once_does_what_it_is_for_and_ends_at_once() {
    let atlas = Atlas::serve_with(Folder::new(), &["--access", "private"]);
    let mina = atlas.person("mina", "admin");
    let made =
        mina.post("/auth/tokens", &json!({"name": " <b>nightly</b> ", "scopes": ["read", "read"], "expires_in_days": 1})).is(201).json();
    assert_eq!([&made["name"], &made["scopes"]], [&json!("nightly"), &json!(["read"])]);
    let listed = mina.get("/auth/tokens").is(200);
    assert!(!String::from_utf8_lossy(&listed.body).contains(made["token"].as_str().unwrap()));
    assert_eq!(listed.json()[0]["id"], made["id"]);

    let header = format!("Bearer {}", made["token"].as_str().unwrap());
    let ask = |method: &str, path: &str, json: &Value| atlas.request(method, path, &[("authorization", &header)], json);
    ask("GET", "/entries", &Value::Null).is(200);
    assert_eq!(ask("GET", "/auth/me", &Value::Null).is(200).json()["username"], "mina");
    for (method, path, json) in [
        ("POST", "/entries", json!({"text": "a cat"})),
        ("GET", "/admin/audit", Value::Null),
        ("GET", "/auth/sessions", Value::Null),
        ("GET", "/auth/tokens", Value::Null),
        ("POST", "/auth/tokens", json!({"name": "more", "scopes": ["admin"]})),
    ] {
        ask(method, path, &json).is(403).has_code("SCOPE_MISSING");
    }
    let path = format!("/auth/tokens/{}", made["id"]);
    let mo = atlas.person("mo", "admin");
    mo.delete(&path).is(404).has_code("TOKEN_NOT_FOUND");
    mina.delete(&path).is(204);
    ask("GET", "/entries", &Value::Null).is(401);
    assert_eq!(mina.get("/auth/tokens").is(200).json(), json!([]));
}

#[test]
fn a_token_may_no_more_than_its_account() {
    let atlas = Atlas::empty();
    let mina = atlas.person("mina", "member");
    let made = mina.post("/auth/tokens", &json!({"name": "all", "scopes": ["admin", "read", "write"]})).is(201).json();
    let header = format!("Bearer {}", made["token"].as_str().unwrap());
    let audit = || atlas.request("GET", "/admin/audit", &[("authorization", &header)], &Value::Null);
    audit().is(403).has_code("NOT_ALLOWED");
    let entry = atlas.request("POST", "/entries", &[("authorization", &header)], &json!({"text": "a cat"})).is(200).json();
    assert_eq!(entry["created_by"], mina.id);
    atlas.folder().user(&["role", "mina", "admin"], "").succeeds();
    audit().is(200);
}

#[test]
fn a_wish_for_a_token_is_checked() {
    let atlas = Atlas::empty();
    let mina = atlas.person("mina", "member");
    let problems = |wish: Value| {
        let answer = mina.post("/auth/tokens", &wish).is(422).in_error_shape().json();
        answer["detail"].as_array().unwrap().iter().map(|one| json!([one["type"], one["loc"]])).collect::<Vec<_>>()
    };
    assert_eq!(problems(json!({})), [json!(["missing", ["body", "name"]]), json!(["missing", ["body", "scopes"]])]);
    assert_eq!(problems(json!({"name": "x", "scopes": []})), [json!(["too_short", ["body", "scopes"]])]);
    assert_eq!(problems(json!({"name": "x", "scopes": "read"})), [json!(["list_type", ["body", "scopes"]])]);
    assert_eq!(problems(json!({"name": " ", "scopes": ["read", "all", 1]})).len(), 3);
    for (days, kind) in [(json!(0), "greater_than_equal"), (json!(367), "less_than_equal"), (json!(1.5), "int_from_float")] {
        assert_eq!(
            problems(json!({"name": "x", "scopes": ["read"], "expires_in_days": days})),
            [json!([kind, ["body", "expires_in_days"]])]
        );
    }
}

#[test]
fn guesses_are_few_and_a_browser_that_is_known_has_its_own() {
    let atlas = Atlas::empty();
    atlas.person("mina", "member");
    let browser = [("origin", atlas.url.as_str())];
    let body = json!({"username": "mina", "password": PASSWORD});
    let answer = atlas.request("POST", "/auth/login", &browser, &body).is(200);
    let cookie = answer.headers.iter().find(|(name, value)| name == "set-cookie" && value.starts_with("catatlas_device=")).unwrap();
    let device = cookie.1.split(';').next().unwrap();

    for _ in 0..5 {
        atlas.login("mina", "three mice in a row").is(401).has_code("WRONG_CREDENTIALS");
    }
    let refused = atlas.login("mina", PASSWORD).is(429).in_error_shape();
    assert!(refused.header("retry-after").unwrap().parse::<u64>().unwrap() <= 181);
    atlas.login("mo", "three mice in a row").is(401);
    atlas.request("POST", "/auth/login", &browser, &body).is(429);
    atlas.request("POST", "/auth/login", &[("origin", &atlas.url), ("cookie", device)], &body).is(200);
    atlas.request("POST", "/auth/login", &[("origin", &atlas.url), ("cookie", "catatlas_device=made.up.cookie")], &body).is(429);
}

#[test]
fn an_unknown_name_and_a_wrong_password_are_told_the_same() {
    let atlas = Atlas::empty();
    atlas.person("mina", "member");
    let [unknown, wrong] = ["nobody", "mina"].map(|name| atlas.login(name, "three mice in a row").is(401).json());
    assert_eq!(unknown["detail"], wrong["detail"]);
}

#[test]
fn a_flood_of_logins_is_answered_and_takes_little_memory() {
    let mut atlas = Atlas::empty();
    atlas.person("mina", "member");
    let pid = atlas.program().pid();
    std::thread::scope(|scope| {
        for number in 0..40 {
            let atlas = &atlas;
            scope.spawn(move || {
                let answer = atlas.login(&format!("cat{number}"), "three mice in a row");
                assert!([401, 503].contains(&answer.status), "{}", answer.start());
            });
        }
    });
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let kilobytes: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
    assert!(kilobytes < 40_000, "{kilobytes} kB: one hash at a time takes 7 MB");
}
