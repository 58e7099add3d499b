//! The headers that every answer has, whatever it is an answer to.

use crate::support::{Answer, Atlas, Folder};

/// The table of the infrastructure plan, with nothing but ourselves to connect to.
const TABLE: [(&str, &str); 7] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("x-xss-protection", "1; mode=block"),
    ("strict-transport-security", "max-age=31536000; includeSubDomains"),
    ("content-security-policy", POLICY),
    ("referrer-policy", "strict-origin-when-cross-origin"),
    ("permissions-policy", "geolocation=(), microphone=(), camera=(), payment=()"),
];

const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: https:; \
                      font-src 'self'; connect-src 'self'; frame-ancestors 'none';";

#[track_caller]
fn has_the_table(answer: &Answer) {
    for (name, value) in TABLE {
        assert_eq!(answer.all(name), [value], "{name} of {} {}: {:?}", answer.status, answer.request, answer.headers);
    }
    assert_eq!(answer.all("server"), [""; 0], "{}", answer.request);
    assert_eq!(answer.all("x-request-id").len(), 1, "{}: {:?}", answer.request, answer.headers);
}

fn raw(line: &str, rest: &str) -> Vec<u8> {
    format!("{line} HTTP/1.1\r\nhost: atlas\r\nconnection: close\r\n{rest}\r\n").into_bytes()
}

/// The address of a script of the page.
fn script(atlas: &Atlas) -> String {
    let page = String::from_utf8(atlas.get("/").is(200).body).unwrap();
    let from = page.find("/static/").expect("a static file in the page");
    page[from..].split('"').next().unwrap().to_owned()
}

#[test]
fn every_kind_of_answer_has_them() {
    let atlas = Atlas::empty();
    let script = script(&atlas);
    for (status, method, path) in [
        (200, "GET", "/entries"),
        (200, "HEAD", "/entries"),
        (200, "GET", "/health"),
        (200, "GET", "/"),
        (200, "GET", &script),
        (200, "GET", "/robots.txt"),
        (200, "GET", "/favicon.ico"),
        (200, "GET", "/manifest.webmanifest"),
        (404, "GET", "/entries/7"),
        (404, "HEAD", "/entries/7"),
        (404, "GET", "/nowhere"),
        (404, "GET", "/static/of-another-day/main.js"),
        (404, "POST", "/entries/7/analyze"),
        (404, "OPTIONS", "/nowhere"),
        (405, "OPTIONS", "/entries"),
        (405, "DELETE", "/entries"),
        (422, "GET", "/entries/x"),
    ] {
        has_the_table(&atlas.ask(method, path, &[]).is(status));
    }
    has_the_table(&atlas.post_text("/entries", "{").is(422));
    has_the_table(&atlas.post_text("/entries", &"x".repeat(3 << 20)).is(413));
    let tag = atlas.get("/").header("etag").expect("a tag").to_owned();
    let unchanged = atlas.ask("GET", "/", &[("if-none-match", &tag)]).is(304);
    has_the_table(&unchanged);
    assert!(unchanged.body.is_empty());
}

#[test]
fn a_request_that_is_no_proper_one_gets_them_too() {
    let atlas = Atlas::empty();
    for line in ["BREW /pot", "get /entries", "GET /%ff", "TRACE /", "OPTIONS *"] {
        has_the_table(&atlas.raw(&raw(line, "")).unwrap());
    }
}

#[test]
fn a_refusal_for_asking_too_often_has_them() {
    let atlas = Atlas::serve_with(Folder::new(), &["--rate-limit-per-minute", "1"]);
    atlas.get("/entries").is(200);
    has_the_table(&atlas.get("/entries").is(429));
    has_the_table(&atlas.get("/nowhere").is(429));
}

#[test]
fn an_answer_to_a_browser_that_asks_first_has_them() {
    let atlas = Atlas::serve_with(Folder::new(), &["--allowed-origins", "https://map.example.org"]);
    for (origin, status) in [("https://map.example.org", 200), ("https://elsewhere.example.org", 400)] {
        has_the_table(&atlas.ask("OPTIONS", "/entries", &[("origin", origin), ("access-control-request-method", "GET")]).is(status));
    }
}

#[test]
fn what_lies_among_the_photos_is_in_a_sandbox() {
    let atlas = Atlas::empty();
    let sandbox = format!("{POLICY} sandbox");
    for path in ["/photos/", "/photos/none", "/photos/none/thumb", "//photos/none", "/photos//none", "/photos/a/b/c/d"] {
        let answer = atlas.raw(&raw(&format!("GET {path}"), "")).unwrap();
        assert_eq!(answer.all("content-security-policy"), [&sandbox], "{path}");
        assert_eq!(answer.all("x-content-type-options"), ["nosniff"], "{path}");
    }
    has_the_table(&atlas.get("/photosynthesis").is(404));
    has_the_table(&atlas.get("/entries?photo=/photos/"));
}

#[test]
fn those_who_serve_plain_http_on_purpose_can_say_so() {
    let atlas = Atlas::serve_with(Folder::new(), &["--no-hsts"]);
    for path in ["/", "/entries", "/nowhere"] {
        let answer = atlas.get(path);
        assert_eq!(answer.header("strict-transport-security"), None, "{path}");
        assert_eq!(answer.header("x-frame-options"), Some("DENY"), "{path}");
    }
}
