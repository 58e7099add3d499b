//! Which pages of other origins may use the atlas, as their browsers ask.

use crate::support::{Answer, Atlas, Folder};

const OURS: &str = "https://map.example.org";

/// An atlas that lets two pages in.
#[track_caller]
fn atlas() -> Atlas {
    Atlas::serve_with(Folder::new(), &["--allowed-origins", "https://map.example.org,http://localhost:5173"])
}

/// What a browser would take for a yes to this origin.
fn lets_in(answer: &Answer, origin: &str) -> bool {
    let allowed = answer.all("access-control-allow-origin");
    assert!(allowed.len() <= 1, "{}: {allowed:?}", answer.request);
    allowed.iter().any(|allowed| *allowed == origin || *allowed == "*")
}

/// What a browser asks before a request with a method and headers that a form could not send.
fn preflight<'a>(origin: &'a str, method: &'a str) -> [(&'a str, &'a str); 3] {
    [("origin", origin), ("access-control-request-method", method), ("access-control-request-headers", "Content-Type, X-Cat")]
}

#[test]
fn an_allowed_page_may_read_answers_with_who_is_signed_in() {
    let atlas = atlas();
    for origin in [OURS, "http://localhost:5173"] {
        for (status, method, path) in [(200, "GET", "/entries"), (404, "GET", "/nowhere"), (422, "GET", "/entries/x"), (200, "GET", "/")] {
            let answer = atlas.ask(method, path, &[("origin", origin), ("cookie", "a=b")]).is(status);
            assert_eq!(answer.all("access-control-allow-origin"), [origin], "{path}");
            assert_eq!(answer.all("access-control-allow-credentials"), ["true"], "{path}");
            assert!(answer.all("vary").iter().any(|varies| varies.contains("Origin")), "{path}: {:?}", answer.headers);
        }
    }
    let readable =
        atlas.ask("GET", "/entries", &[("origin", OURS)]).header("access-control-expose-headers").expect("headers").to_lowercase();
    for name in ["link", "x-total-count", "x-request-id", "x-ratelimit-remaining", "retry-after"] {
        assert!(readable.contains(name), "{name} is not in {readable}");
    }
}

#[test]
fn a_preflight_of_an_allowed_page_is_answered_as_the_predecessor_did() {
    let atlas = atlas();
    for path in ["/entries", "/cats/1", "/", "/nowhere", "/health", "/photos/1", "/entries/"] {
        for method in ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"] {
            let answer = atlas.ask("OPTIONS", path, &preflight(OURS, method)).is(200);
            assert_eq!(answer.body, b"OK");
            for (name, value) in [
                ("access-control-allow-origin", OURS),
                ("access-control-allow-credentials", "true"),
                ("access-control-allow-methods", "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"),
                ("access-control-allow-headers", "Content-Type, X-Cat"),
                ("access-control-max-age", "600"),
                ("vary", "Origin"),
            ] {
                assert_eq!(answer.all(name), [value], "{name} for {method} {path}");
            }
        }
    }
}

#[test]
fn a_preflight_of_a_stranger_or_of_no_method_is_refused() {
    let atlas = atlas();
    for asked in [preflight("https://elsewhere.example.org", "GET"), preflight("null", "GET")] {
        let answer = atlas.ask("OPTIONS", "/entries", &asked).is(400).in_error_shape();
        assert!(answer.headers.iter().all(|(name, _)| !name.starts_with("access-control-")), "{:?}", answer.headers);
    }
    for method in ["TRACE", "get", "CONNECT", "PROPFIND"] {
        let answer = atlas.ask("OPTIONS", "/entries", &preflight(OURS, method)).is(400).in_error_shape();
        assert_eq!(answer.header("access-control-allow-methods"), None, "{method}");
    }
}

#[test]
fn no_origin_that_only_looks_like_an_allowed_one_is_let_in() {
    let atlas = atlas();
    for origin in [
        "null",
        "https://map.example.org.evil.example",
        "https://evilmap.example.org",
        "https://evil.map.example.org",
        "https://example.org",
        "https://map.example.or",
        "https://map.example.orgx",
        "http://map.example.org",
        "https://map.example.org:443",
        "https://map.example.org:8443",
        "https://map.example.org/",
        "https://map.example.org@evil.example",
        "https://u@map.example.org",
        "https://MAP.example.org",
        "HTTPS://map.example.org",
        "https://map.example.org, https://evil.example",
        "https://map.example.org http://localhost:5173",
        "https://map.example.org,http://localhost:5173",
        "https://map.example.org%00.evil.example",
        "https://map-example.org",
        "http://localhost",
        "http://localhost:51730",
        "https://localhost:5173",
        "http://127.0.0.1:5173",
        "map.example.org",
        "*",
        "",
    ] {
        for asked in [&[("origin", origin)][..], &[("origin", origin), ("cookie", "a=b")], &preflight(origin, "GET")] {
            let method = if asked.len() == 3 { "OPTIONS" } else { "GET" };
            let answer = atlas.ask(method, "/entries", asked);
            assert_eq!(answer.all("access-control-allow-origin"), [""; 0], "{origin}");
            assert_eq!(answer.all("access-control-allow-credentials"), [""; 0], "{origin}");
        }
    }
}

#[test]
fn answers_without_a_page_that_asks_vary_all_the_same() {
    let atlas = atlas();
    for path in ["/entries", "/"] {
        let answer = atlas.get(path).is(200);
        assert!(answer.all("vary").iter().any(|varies| varies.contains("Origin")), "{path}: {:?}", answer.headers);
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
}

#[test]
fn an_atlas_that_names_no_origins_lets_no_page_in() {
    let atlas = Atlas::empty();
    for origin in [OURS, "null", "*", &atlas.url] {
        assert!(!lets_in(&atlas.ask("GET", "/entries", &[("origin", origin)]).is(200), origin));
        assert!(!lets_in(&atlas.ask("OPTIONS", "/entries", &preflight(origin, "GET")).is(400), origin));
    }
}

#[test]
fn a_star_lets_every_page_in_but_no_nameless_one_with_who_is_signed_in() {
    let atlas = Atlas::serve_with(Folder::new(), &["--allowed-origins", "*"]);
    let allowed = |asked: &[(&str, &str)]| {
        let answer = atlas.ask(if asked.len() == 3 { "OPTIONS" } else { "GET" }, "/entries", asked);
        answer.header("access-control-allow-origin").map(str::to_owned)
    };
    assert_eq!(allowed(&[("origin", OURS)]).as_deref(), Some("*"));
    assert_eq!(allowed(&[("origin", OURS), ("cookie", "a=b")]).as_deref(), Some(OURS));
    assert_eq!(allowed(&preflight(OURS, "POST")).as_deref(), Some(OURS));
    assert_eq!(allowed(&[("origin", "null"), ("cookie", "a=b")]), None);
    assert_eq!(allowed(&preflight("null", "POST")), None);
}

#[test]
fn options_that_is_no_preflight_is_a_method_like_any_other() {
    let atlas = atlas();
    for headers in [&[][..], &[("origin", OURS)], &[("access-control-request-method", "GET")]] {
        let answer = atlas.ask("OPTIONS", "/entries", headers).is(405).in_error_shape();
        assert_eq!(answer.header("allow"), Some("GET, HEAD, POST"));
        atlas.ask("OPTIONS", "/nowhere", headers).is(404).in_error_shape();
    }
}
