//! Bodies that are no proper JSON, too large, too deep or of another kind: refused in the documented shape, nothing written.

use std::time::Instant;

use serde_json::{Value, json};

use crate::support::{Atlas, PATIENCE, problem};

/// Every route that takes JSON, with a body that it accepts when cat 1 and sighting 1 are there.
const ROUTES: [(&str, &str, &str); 7] = [
    ("POST", "/entries", r#"{"text": "a cat"}"#),
    ("POST", "/cats", r#"{"name": "Mina"}"#),
    ("PATCH", "/cats/1", r#"{"name": "Mina"}"#),
    ("POST", "/cats/1/comments", r#"{"author_name": "Jo", "content": "hello"}"#),
    ("POST", "/cats/1/link-sightings", r#"{"entry_ids": [1]}"#),
    ("POST", "/cats/1/insights", r#"{"mode": "care"}"#),
    // Takes the sighting away from the cat, so it comes last.
    ("POST", "/cats/from-sightings", r#"{"entry_ids": [1], "name": "Mina"}"#),
];

const JSON: &str = "application/json";
const LARGEST: usize = 2 * 1024 * 1024;

/// An atlas with cat 1, its sighting 1 and a comment.
#[track_caller]
fn atlas() -> Atlas {
    let atlas = Atlas::empty();
    let cat = atlas.cat("Mina");
    atlas.sighting_of(cat, "a cat");
    atlas.post("/cats/1/comments", &json!({"author_name": "Jo", "content": "hello"})).is(201);
    atlas
}

/// Everything that one can read.
fn state(atlas: &Atlas) -> [Value; 3] {
    ["/entries", "/cats", "/cats/1/comments"].map(|path| atlas.get(path).is(200).json())
}

#[test]
fn the_bodies_these_tests_spoil_are_accepted_as_they_are() {
    let atlas = atlas();
    for (method, path, good) in ROUTES {
        let answer = atlas.send(method, path, Some((JSON, good.as_bytes())));
        assert!(matches!(answer.status, 200 | 201), "{}: {}", answer.request, answer.start());
    }
}

#[test]
fn malformed_json_is_refused_and_nothing_is_written() {
    let malformed: [&[u8]; 25] = [
        b" ",
        b"{",
        b"}",
        b"[",
        b"\"",
        b"nul",
        b"{'text': 'a'}",
        b"{\"text\"}",
        b"{\"text\": }",
        b"{\"text\": \"a",
        b"{\"text\": \"a\"",
        b"{\"text\": \"a\",}",
        b"{\"text\": \"a\"} {}",
        b"{\"text\": \"a\"}]",
        b"{text: \"a\"}",
        b"{\"text\": \"\\x41\"}",
        b"{\"text\": \"\\u12\"}",
        b"{\"text\": \"line\nbreak\"}",
        b"{\"text\": \"nul\0\"}",
        b"{\"text\": \"\xff\xfe\"}",
        b"{\"text\": \"\xc3\"}",
        b"{\"text\": \"\xed\xa0\x80\"}",
        b"{\"text\": 01}",
        b"{\"text\": .5}",
        b"// {}",
    ];
    let atlas = atlas();
    let before = state(&atlas);
    for (method, path, _) in ROUTES {
        for bytes in malformed {
            let answer = atlas.send(method, path, Some((JSON, bytes))).is(422).in_error_shape();
            let first = answer.first_problem();
            assert_eq!(first["type"], "json_invalid", "{}: {:?}", answer.request, String::from_utf8_lossy(bytes));
            assert_eq!(first["loc"][0], "body", "{}: {first}", answer.request);
        }
    }
    assert_eq!(before, state(&atlas));
}

#[test]
fn lone_surrogates_and_numbers_that_json_has_not_are_refused() {
    let atlas = atlas();
    let before = state(&atlas);
    for value in [r#""\ud800""#, r#""\udc00\ud800""#, r#""a \ud83d cat""#, "NaN", "Infinity", "-Infinity", r#"["\udfff"]"#] {
        for body in [
            format!(
                r#"{{"text": {value}, "name": {value}, "author_name": {value}, "content": {value}, "entry_ids": [{value}], "mode": {value}}}"#
            ),
            format!(
                r#"{{"text": "a", "nickname": {value}, "name": {value}, "author_name": "a", "content": {value}, "entry_ids": [{value}], "mode": "x", "question": {value}}}"#
            ),
        ] {
            for (method, path, _) in ROUTES {
                atlas.send(method, path, Some((JSON, body.as_bytes()))).is(422).in_error_shape();
            }
        }
    }
    assert_eq!(before, state(&atlas));
}

#[test]
fn a_missing_body_is_missing() {
    let atlas = atlas();
    for (method, path, _) in ROUTES {
        for body in [None, Some((JSON, &b""[..])), Some((JSON, &b"null"[..])), Some((JSON, &b" null\n"[..]))] {
            atlas.send(method, path, body).names(&[json!(["missing", ["body"]])]);
        }
    }
}

#[test]
fn a_body_that_is_no_object_is_refused() {
    let atlas = atlas();
    for (method, path, _) in ROUTES {
        for body in ["[]", "[{}]", "5", "1.5", "\"text\"", "true"] {
            atlas.send(method, path, Some((JSON, body.as_bytes()))).names(&[json!(["model_attributes_type", ["body"]])]);
        }
    }
}

#[test]
fn strings_of_a_megabyte_are_refused_with_a_short_answer() {
    let atlas = atlas();
    for unit in ["x", "ü", "🐈", "<b>"] {
        let long = unit.repeat(1024 * 1024 / unit.len());
        for (path, fields) in [
            (
                "/entries",
                vec![
                    "text",
                    "nickname",
                    "location",
                    "photo_url",
                    "location_street",
                    "location_number",
                    "location_zip",
                    "location_city",
                    "location_country",
                ],
            ),
            ("/cats", vec!["name"]),
            ("/cats/1/comments", vec!["author_name", "content"]),
            ("/cats/1/insights", vec!["question"]),
        ] {
            for field in fields {
                let mut body = json!({"text": "a", "author_name": "a", "content": "a", "mode": "care"});
                body[field] = json!(long);
                let answer = atlas.post(path, &body).names(&[problem("string_too_long", "body", field)]);
                assert!(answer.body.len() < 4096, "{} bytes to answer {field}", answer.body.len());
                assert_eq!(answer.first_problem()["input"], long.chars().take(100).collect::<String>());
            }
        }
    }
}

#[test]
fn two_mebibytes_are_read_and_one_byte_more_is_too_much() {
    let atlas = atlas();
    for (method, path, good) in ROUTES {
        let padded = |length: usize| {
            let start = format!("{}, \"padding\": \"", good.strip_suffix('}').unwrap());
            format!("{start}{}\"}}", "x".repeat(length - start.len() - 2))
        };
        let full = atlas.send(method, path, Some((JSON, padded(LARGEST).as_bytes())));
        assert!(matches!(full.status, 200 | 201), "{}: {}", full.request, full.start());
        let before = state(&atlas);
        for length in [LARGEST + 1, 2 * LARGEST, 8 * LARGEST] {
            let head = format!(
                "{method} {path} HTTP/1.1\r\nhost: atlas\r\ncontent-type: {JSON}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n"
            );
            let answer = atlas.raw(&[head.as_bytes(), padded(length).as_bytes()].concat());
            answer.unwrap_or_else(|| panic!("{method} {path} with {length} bytes: no answer")).is(413).in_error_shape();
        }
        assert_eq!(before, state(&atlas));
    }
}

#[test]
fn ten_thousand_levels_of_nesting_do_no_harm() {
    let atlas = atlas();
    let before = state(&atlas);
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let deep = format!("{}1{}", open.repeat(10_000), close.repeat(10_000));
        for (method, path, good) in ROUTES {
            let unclosed = open.repeat(100_000);
            for body in [
                deep.clone(),
                format!("{{\"text\": {deep}, \"name\": {deep}, \"mode\": {deep}, \"entry_ids\": {deep}, \"content\": {deep}}}"),
                unclosed,
            ] {
                atlas.send(method, path, Some((JSON, body.as_bytes()))).is(422).in_error_shape();
            }
            // In a field that nobody reads it may be refused or ignored.
            let unread = format!("{}, \"unknown\": {deep}}}", good.strip_suffix('}').unwrap());
            let answer = atlas.send(method, path, Some((JSON, unread.as_bytes())));
            assert!(matches!(answer.status, 200 | 201) || answer.fault().is_none(), "{}: {}", answer.request, answer.start());
            if answer.status == 422 {
                assert_eq!(before, state(&atlas));
            }
        }
    }
    let wide = format!("{{\"entry_ids\": [{}1]}}", "1,".repeat(500_000));
    let asked = Instant::now();
    let answer = atlas.post_text("/cats/1/link-sightings", &wide);
    assert!(answer.status == 200 || answer.fault().is_none(), "{}", answer.start());
    assert!(asked.elapsed() < PATIENCE);
}

#[test]
fn a_body_of_another_kind_is_refused_or_read_but_never_half_written() {
    let atlas = atlas();
    let bodies: [&[u8]; 4] = [br#"{"text": "a cat", "name": "Mina"}"#, b"text=a+cat&name=Mina", b"<text>a cat</text>", b"\x00\xff"];
    let kinds = [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "multipart/form-data",
        "application/xml",
        "application/octet-stream",
        "nonsense",
        "/",
        "application/json; charset=utf-16",
    ];
    for path in ["/entries", "/cats"] {
        for (kind, body) in kinds.iter().flat_map(|kind| bodies.iter().map(move |body| (kind, body))) {
            let before = state(&atlas);
            let answer = atlas.send("POST", path, Some((kind, body)));
            assert!(answer.status == 200 || answer.fault().is_none(), "{kind}: {} {}", answer.status, answer.start());
            assert_eq!(answer.status == 200, before != state(&atlas), "{kind}: {}", answer.start());
        }
    }
    for kind in ["application/json; charset=utf-8", "application/json;charset=UTF-8", "Application/JSON"] {
        atlas.send("POST", "/entries", Some((kind, br#"{"text": "a cat"}"#))).is(200);
    }
}

#[test]
fn unknown_fields_are_ignored_wherever_json_is_read() {
    let atlas = atlas();
    for (method, path, good) in ROUTES {
        let body = format!("{}, \"id\": 77, \"createdAt\": 5, \"\": null, \"__proto__\": []}}", good.strip_suffix('}').unwrap());
        let answer = atlas.send(method, path, Some((JSON, body.as_bytes())));
        assert!(matches!(answer.status, 200 | 201), "{}: {}", answer.request, answer.start());
        assert_ne!(answer.json()["id"], 77);
    }
}
