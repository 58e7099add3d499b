//! Routes and methods: what is not there is 404, what is there under another method 405, and HEAD is GET without a body.

use serde_json::json;

use crate::support::Atlas;

fn request(line: &str) -> String {
    format!("{line} HTTP/1.1\r\nhost: atlas\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
}

#[test]
fn an_unknown_route_is_not_found_in_json() {
    let atlas = Atlas::empty();
    for path in ["/nowhere", "/entries/1/nowhere", "/cats/1/nowhere", "/api/entries", "/entries/1/2/3/4/5", "/.env", "/admin.php"] {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            atlas.raw(request(&format!("{method} {path}")).as_bytes()).unwrap().is(404).in_error_shape();
        }
    }
}

#[test]
fn a_wrong_method_is_refused_with_the_allowed_ones() {
    let atlas = Atlas::empty();
    let cat = atlas.cat("Mina");
    atlas.sighting_of(cat, "a cat");
    for (method, path, allowed) in [
        ("DELETE", "/entries", &["GET", "POST"][..]),
        ("PUT", "/entries", &["GET", "POST"]),
        ("PATCH", "/entries", &["GET", "POST"]),
        ("PUT", "/cats", &["GET", "POST"]),
        ("DELETE", "/cats", &["GET", "POST"]),
        ("PUT", "/entries/1", &["GET"]),
        ("POST", "/health", &["GET"]),
        ("GET", "/entries/1/favorite", &["POST"]),
        ("GET", "/entries/1/assign/1", &["POST"]),
        ("GET", "/entries/1/analyze", &["POST"]),
        ("POST", "/entries/1/analysis", &["GET"]),
        ("POST", "/entries/1/matches", &["GET"]),
        ("POST", "/entries/by-area/suggested-groups", &["GET"]),
        ("PUT", "/cats/1", &["PATCH"]),
        ("POST", "/cats/1/profile", &["GET"]),
        ("DELETE", "/cats/1/comments", &["GET", "POST"]),
        ("POST", "/cats/1/comments/1", &["DELETE"]),
        ("GET", "/cats/1/link-sightings", &["POST"]),
        ("GET", "/cats/1/insights", &["POST"]),
    ] {
        let answer = atlas.raw(request(&format!("{method} {path}")).as_bytes()).unwrap().is(405).in_error_shape();
        let allow: Vec<String> = answer.header("allow").unwrap_or_default().split(',').map(|name| name.trim().to_owned()).collect();
        assert!(allowed.iter().all(|name| allow.iter().any(|own| own == name)), "{method} {path} allows {allow:?}");
        assert!(!allow.iter().any(|own| own == method), "{method} {path} allows {allow:?}");
    }
}

#[test]
fn a_form_cannot_pretend_another_method() {
    let atlas = Atlas::empty();
    atlas.cat("Mina");
    let comment = atlas.post("/cats/1/comments", &json!({"author_name": "Jo", "content": "hello"})).is(201).id();
    let path = format!("/cats/1/comments/{comment}");
    atlas.send("POST", &path, Some(("application/x-www-form-urlencoded", b"_method=DELETE"))).is(405);
    assert_eq!(atlas.get("/cats/1/comments").is(200).json()["total"], 1);
}

#[test]
fn head_answers_like_get_without_a_body() {
    let atlas = Atlas::empty();
    for (path, status) in [("/entries", 200), ("/health", 200), ("/cats", 200), ("/nowhere", 404), ("/entries/7", 404), ("/entries/x", 422)]
    {
        let answer = atlas.send("HEAD", path, None).is(status);
        assert!(answer.body.is_empty(), "{path}");
        assert!(answer.header("content-type").is_some_and(|kind| kind.starts_with("application/json")), "{path}: {:?}", answer.headers);
    }
}
