//! Browsers: cookies that no script can read, and which pages may use them.

use serde_json::{Value, json};

use crate::support::{Answer, Atlas, Folder, PASSWORD};

/// A browser with the cookies it was given.
struct Browser<'a> {
    atlas: &'a Atlas,
    cookies: Vec<(String, String)>,
}

impl<'a> Browser<'a> {
    fn new(atlas: &'a Atlas) -> Self {
        Self { atlas, cookies: Vec::new() }
    }

    /// A browser in which mina is signed in.
    #[track_caller]
    fn of_mina(atlas: &'a Atlas) -> Self {
        let mut browser = Self::new(atlas);
        browser.ask("POST", "/auth/login", &json!({"username": "mina", "password": PASSWORD})).is(200);
        browser
    }

    /// A request of a page of ours.
    #[track_caller]
    fn ask(&mut self, method: &str, path: &str, json: &Value) -> Answer {
        let origin = self.atlas.url.clone();
        self.ask_from(Some(&origin), method, path, json)
    }

    /// A request of some page. As a browser does, it keeps the cookies of the answer, whatever their path.
    #[track_caller]
    fn ask_from(&mut self, origin: Option<&str>, method: &str, path: &str, json: &Value) -> Answer {
        let cookies = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        let mut headers = vec![];
        if !cookies.is_empty() {
            headers.push(("cookie", cookies.as_str()));
        }
        headers.extend(origin.map(|origin| ("origin", origin)));
        let answer = self.atlas.request(method, path, &headers, json);
        for cookie in set_cookies(&answer) {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(own, _)| own != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        answer
    }

    fn has(&self, name: &str) -> bool {
        self.cookies.iter().any(|(own, _)| own == name)
    }
}

fn set_cookies(answer: &Answer) -> Vec<String> {
    answer.headers.iter().filter(|(name, _)| name == "set-cookie").map(|(_, value)| value.clone()).collect()
}

#[test]
fn a_browser_gets_cookies_that_no_script_can_read_and_no_token_beside_them() {
    let atlas = Atlas::empty();
    atlas.person("mina", "member");
    let mut browser = Browser::new(&atlas);
    let answer = browser.ask("POST", "/auth/login", &json!({"username": "mina", "password": PASSWORD})).is(200);
    let body = answer.json();
    assert!(body.get("access_token").is_none() && body.get("refresh_token").is_none(), "{body}");
    assert_eq!([&body["account"]["username"], &body["expires_in"]], [&json!("mina"), &json!(1800)]);
    let cookies = set_cookies(&answer);
    assert_eq!(cookies.len(), 3, "{cookies:?}");
    for (name, path) in [("catatlas_access", "/"), ("catatlas_refresh", "/auth"), ("catatlas_device", "/auth")] {
        let cookie = cookies.iter().find(|cookie| cookie.starts_with(name)).unwrap();
        let parts: Vec<&str> = cookie.split("; ").collect();
        assert!(
            parts.contains(&"HttpOnly") && parts.contains(&"SameSite=Strict") && parts.contains(&format!("Path={path}").as_str()),
            "{cookie}"
        );
        assert!(!parts.contains(&"Secure"), "plain HTTP here: {cookie}");
    }
    assert_eq!(browser.ask("GET", "/auth/me", &Value::Null).is(200).json()["username"], "mina");
    let refreshed = browser.ask("POST", "/auth/refresh", &Value::Null).is(200);
    assert!(refreshed.json().get("access_token").is_none(), "what came as a cookie goes as one");
    browser.ask("POST", "/auth/refresh", &json!({})).is(200);
    browser.ask("POST", "/auth/logout", &Value::Null).is(204);
    assert!(!browser.has("catatlas_access") && !browser.has("catatlas_refresh"));
    assert!(browser.has("catatlas_device"), "the browser stays known");
    browser.ask("GET", "/auth/me", &Value::Null).is(401).has_code("SIGN_IN_NEEDED");
}

#[test]
fn behind_tls_cookies_travel_over_nothing_else() {
    let atlas = Atlas::serve_with(Folder::new(), &["--public-url", "https://cats.example.org"]);
    atlas.person("mina", "member");
    let mut browser = Browser::new(&atlas);
    let body = json!({"username": "mina", "password": PASSWORD});
    let answer = browser.ask_from(Some("https://cats.example.org"), "POST", "/auth/login", &body).is(200);
    assert!(set_cookies(&answer).iter().all(|cookie| cookie.contains("; Secure")), "{:?}", set_cookies(&answer));
}

#[test]
fn only_a_page_of_ours_changes_something_by_cookie() {
    let atlas = Atlas::serve_with(Folder::new(), &["--allowed-origins", "https://map.example.org,*"]);
    atlas.person("mina", "member");
    let mut browser = Browser::of_mina(&atlas);
    let port = atlas.address().rsplit(':').next().unwrap().to_owned();
    let strangers = [
        None,
        Some("null".to_owned()),
        Some("*".to_owned()),
        Some(String::new()),
        Some("https://evil.example.org".to_owned()),
        Some("https://map.example.org.evil.example".to_owned()),
        Some("https://evilmap.example.org".to_owned()),
        Some("http://map.example.org".to_owned()),
        Some("https://map.example.org:8443".to_owned()),
        Some("https://map.example.org/".to_owned()),
        Some("https://MAP.example.org".to_owned()),
        Some(format!("http://localhost:{port}")),
        Some("http://127.0.0.1".to_owned()),
        Some(format!("http://127.0.0.1:{port}@evil.example.org")),
        Some(format!("http://127.0.0.1:{port}.evil.example.org")),
        Some(format!("ftp://127.0.0.1:{port}")),
    ];
    for origin in &strangers {
        for (method, path) in [("POST", "/cats"), ("DELETE", "/auth/sessions/1"), ("POST", "/auth/refresh"), ("POST", "/auth/logout")] {
            let answer = browser.ask_from(origin.as_deref(), method, path, &json!({"name": "Mina"}));
            assert_eq!(answer.status, 403, "{origin:?} {method} {path}: {}", answer.start());
            answer.has_code("ORIGIN_MISMATCH");
        }
        browser.ask_from(origin.as_deref(), "GET", "/auth/me", &Value::Null).is(200);
    }
    for origin in [atlas.url.clone(), "https://map.example.org".to_owned()] {
        browser.ask_from(Some(&origin), "POST", "/cats", &json!({"name": "Mina"})).is(200);
    }
    assert_eq!(atlas.get("/cats").ids().len(), 2);
}

#[test]
fn a_page_of_others_signs_nobody_in() {
    let atlas = Atlas::empty();
    atlas.person("mina", "member");
    let body = json!({"username": "mina", "password": PASSWORD});
    let answer = Browser::new(&atlas).ask_from(Some("https://evil.example.org"), "POST", "/auth/login", &body).is(403);
    assert_eq!(set_cookies(&answer), [""; 0]);
}

#[test]
fn a_token_in_a_header_needs_no_origin_and_wins_over_a_cookie() {
    let atlas = Atlas::empty();
    let mo = atlas.person("mo", "member");
    atlas.person("mina", "member");
    let browser = Browser::of_mina(&atlas);
    let cookie = format!("catatlas_access={}", browser.cookies.iter().find(|(name, _)| name == "catatlas_access").unwrap().1);
    let header = format!("Bearer {}", mo.access_token);
    let headers = [("cookie", cookie.as_str()), ("authorization", header.as_str()), ("origin", "https://elsewhere.example.org")];
    assert_eq!(atlas.request("POST", "/cats", &headers, &json!({})).is(200).json()["created_by"], mo.id);
    let worthless = [("cookie", cookie.as_str()), ("authorization", "Bearer worthless")];
    atlas.request("GET", "/auth/me", &worthless, &Value::Null).is(401);
}

#[test]
fn with_a_worthless_cookie_one_reads_as_a_visitor_and_writes_not_at_all() {
    let atlas = Atlas::serve_with(Folder::new(), &["--access", "community"]);
    atlas.person("mina", "member");
    let mut browser = Browser::of_mina(&atlas);
    let sessions = browser.ask("GET", "/auth/sessions", &Value::Null).is(200).json();
    let current = sessions.as_array().unwrap().iter().find(|session| session["isCurrent"] == true).unwrap();
    browser.ask("DELETE", &format!("/auth/sessions/{}", current["id"]), &Value::Null).is(204);
    browser.ask("GET", "/entries", &Value::Null).is(200);
    browser.ask("POST", "/entries", &json!({"text": "a cat"})).is(401).has_code("TOKEN_INVALID");
    browser.ask("POST", "/auth/refresh", &Value::Null).is(401);
    assert!(!browser.has("catatlas_access"), "now the browser is a visitor's");
    browser.ask("POST", "/entries", &json!({"text": "a cat"})).is(200);
}
