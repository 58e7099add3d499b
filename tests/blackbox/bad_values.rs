//! Ids, pages, times and numbers at and beyond every edge: a documented answer, never a failure of ours.

use serde_json::{Value, json};

use crate::support::{Answer, Atlas, problem};

/// What stands for the id in a route of the table.
const ID: &str = "{}";

/// Method, path, the names of the ids in it, body, and the code where the route answers in the object form.
const ROUTES: [(&str, &str, &str, &str, Option<&str>); 18] = [
    ("GET", "/entries/{}", "entry_id", "", None),
    ("GET", "/entries/{}/matches", "entry_id", "", None),
    ("GET", "/entries/{}/nearby", "entry_id", "", None),
    ("GET", "/entries/{}/analysis", "entry_id", "", None),
    ("POST", "/entries/{}/favorite", "entry_id", "", None),
    ("POST", "/entries/{}/analyze", "entry_id", "", None),
    ("POST", "/entries/{}/normalize-location", "entry_id", "", None),
    ("POST", "/entries/{}/assign/1", "entry_id", "", None),
    ("POST", "/entries/1/assign/{}", "cat_id", "", None),
    ("GET", "/cats/{}/profile", "cat_id", "", None),
    ("GET", "/cats/{}/profile/enhanced", "cat_id", "", Some("CAT_NOT_FOUND")),
    ("GET", "/cats/{}/sightings", "cat_id", "", Some("CAT_NOT_FOUND")),
    ("GET", "/cats/{}/comments", "cat_id", "", Some("CAT_NOT_FOUND")),
    ("PATCH", "/cats/{}", "cat_id", r#"{"name": "a"}"#, Some("CAT_NOT_FOUND")),
    ("POST", "/cats/{}/comments", "cat_id", r#"{"author_name": "a", "content": "b"}"#, Some("CAT_NOT_FOUND")),
    ("DELETE", "/cats/1/comments/{}", "comment_id", "", Some("COMMENT_NOT_FOUND")),
    ("POST", "/cats/{}/link-sightings", "cat_id", r#"{"entry_ids": [1]}"#, None),
    ("POST", "/cats/{}/insights", "cat_id", r#"{"mode": "care"}"#, None),
];

#[track_caller]
fn ask(atlas: &Atlas, method: &str, path: &str, body: &str) -> Answer {
    atlas.send(method, path, (!body.is_empty()).then_some(("application/json", body.as_bytes())))
}

/// An atlas with cat 1 and its sighting 1.
#[track_caller]
fn atlas() -> Atlas {
    let atlas = Atlas::empty();
    let cat = atlas.cat("Mina");
    atlas.sighting_of(cat, "a cat");
    atlas
}

#[test]
fn an_id_that_no_row_can_have_is_not_found() {
    let atlas = atlas();
    for (method, path, _, body, code) in ROUTES {
        for id in [
            "0",
            "-1",
            "2",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775808",
            "-9223372036854775809",
            "99999999999999999999",
            &"9".repeat(300),
        ] {
            let answer = ask(&atlas, method, &path.replace(ID, id), body).is(404).in_error_shape();
            if let Some(code) = code {
                answer.has_code(code);
            }
        }
    }
}

#[test]
fn an_id_that_is_no_number_is_a_problem_of_the_path() {
    let atlas = atlas();
    for (method, path, name, body, _) in ROUTES {
        for id in ["abc", "1.5", "1e3", "0x1", "1%2C000", "%20", "-", "%2B", "NaN", "null", "%F0%9F%90%88", "1%00"] {
            ask(&atlas, method, &path.replace(ID, id), body).names(&[problem("int_parsing", "path", name)]);
        }
    }
}

#[test]
fn the_older_routes_say_not_found_in_a_sentence_and_new_ones_in_an_object() {
    let atlas = atlas();
    for (method, path, _, body, code) in ROUTES {
        let detail = ask(&atlas, method, &path.replace(ID, "99999"), body).is(404).json()["detail"].clone();
        let is_object = code.is_some() || path == "/entries/{}";
        assert_eq!(detail.is_object(), is_object, "{method} {path}: {detail}");
        if is_object {
            assert_eq!(detail["retryable"], false, "{method} {path}: {detail}");
        }
    }
}

#[test]
fn a_page_past_the_end_is_empty_however_large() {
    let atlas = atlas();
    for (list, path) in [("sightings", "/cats/1/sightings"), ("comments", "/cats/1/comments")] {
        for page in ["2", "1000000000000000000", "9223372036854775807", "9223372036854775808", "99999999999999999999999999"] {
            for limit in ["1", "100"] {
                let answer = atlas.get(&format!("{path}?page={page}&limit={limit}")).is(200).json();
                assert_eq!(answer[list], json!([]), "page {page}");
                assert_eq!(answer["hasMore"], false, "page {page}");
                assert_eq!(answer["page"].to_string(), page);
                assert_eq!(answer["totalPages"], 1);
            }
        }
    }
}

#[test]
fn numbers_in_queries_are_bounded_however_they_are_written() {
    let atlas = atlas();
    for (query, kind, name) in [
        ("limit=0", "greater_than_equal", "limit"),
        ("limit=-1", "greater_than_equal", "limit"),
        ("limit=-99999999999999999999", "greater_than_equal", "limit"),
        ("limit=101", "less_than_equal", "limit"),
        ("limit=99999999999999999999", "less_than_equal", "limit"),
        ("limit=%2B101", "less_than_equal", "limit"),
        ("limit=", "int_parsing", "limit"),
        ("limit=1.5", "int_parsing", "limit"),
        ("limit=abc", "int_parsing", "limit"),
        ("limit=%00", "int_parsing", "limit"),
        ("limit=%FF", "int_parsing", "limit"),
        ("limit=nan", "int_parsing", "limit"),
        ("limit=1e2", "int_parsing", "limit"),
        ("page=0", "greater_than_equal", "page"),
        ("page=-9223372036854775809", "greater_than_equal", "page"),
    ] {
        atlas.get(&format!("/cats/1/sightings?{query}")).names(&[problem(kind, "query", name)]);
    }
    for (value, kind) in [
        ("nan", "less_than_equal"),
        ("NaN", "less_than_equal"),
        ("inf", "less_than_equal"),
        ("%2Binf", "less_than_equal"),
        ("infinity", "less_than_equal"),
        ("Infinity", "less_than_equal"),
        ("1e400", "less_than_equal"),
        ("-inf", "greater_than_equal"),
        ("-Infinity", "greater_than_equal"),
        ("-1e400", "greater_than_equal"),
        ("", "float_parsing"),
        ("abc", "float_parsing"),
        ("1,5", "float_parsing"),
        ("0x1", "float_parsing"),
    ] {
        atlas.get(&format!("/entries/by-area?lat={value}&lon=0")).names(&[problem(kind, "query", "lat")]);
        atlas.get(&format!("/entries/by-area?lat=0&lon={value}")).names(&[problem(kind, "query", "lon")]);
        atlas.get(&format!("/entries/1/matches?min_score={value}")).names(&[problem(kind, "query", "min_score")]);
        atlas.get(&format!("/entries/by-area/suggested-groups?lat=0&lon={value}")).names(&[problem(kind, "query", "lon")]);
    }
    for (query, centre) in [
        ("lat=%2B1&lon=1e1", [1.0, 10.0]),
        ("lat=-90&lon=180", [-90.0, 180.0]),
        ("lat=1E-2&lon=-0.0", [0.01, 0.0]),
        ("lat=.5&lon=5.", [0.5, 5.0]),
    ] {
        let area = atlas.get(&format!("/entries/by-area?{query}")).is(200).json();
        assert_eq!(["center_lat", "center_lon"].map(|name| area[name].as_f64()), centre.map(Some), "{query}");
    }
}

#[test]
fn booleans_in_queries_are_read_in_every_documented_spelling() {
    let atlas = atlas();
    let nearby = |value: &str| atlas.get(&format!("/entries/by-area?lat=0&lon=0&include_assigned={value}"));
    for value in [
        "true", "1", "yes", "on", "t", "y", "TRUE", "Yes", "oN", "T", "Y", "false", "0", "no", "off", "f", "n", "FALSE", "No", "oFF", "F",
        "N",
    ] {
        nearby(value).is(200);
    }
    for value in ["", "2", "-1", "tru", "yess", "null", "00", "%00", "%FF"] {
        nearby(value).names(&[problem("bool_parsing", "query", "include_assigned")]);
    }
}

#[test]
fn the_last_of_a_repeated_parameter_counts() {
    let atlas = atlas();
    for (query, limit) in [("limit=1&limit=3", 3), ("limit=abc&limit=4", 4), ("limit=0&page=1&limit=5", 5)] {
        assert_eq!(atlas.get(&format!("/cats/1/sightings?{query}")).is(200).json()["limit"], limit, "{query}");
    }
    atlas.get("/cats/1/sightings?limit=3&limit=0").names(&[problem("greater_than_equal", "query", "limit")]);
    atlas.get("/cats/1/sightings?limit=3&limit=").names(&[problem("int_parsing", "query", "limit")]);
}

#[test]
fn ids_in_lists_are_read_or_refused_one_by_one() {
    let atlas = atlas();
    for (items, problems) in [
        (
            r#"["x", null, 1.5, [], {}, "", "1.5"]"#,
            vec!["int_parsing", "int_type", "int_from_float", "int_type", "int_type", "int_parsing", "int_parsing"],
        ),
        ("[0.1, -2.5, 1e-3]", vec!["int_from_float"; 3]),
    ] {
        for path in ["/cats/1/link-sightings", "/cats/from-sightings"] {
            let expected: Vec<Value> =
                problems.iter().enumerate().map(|(index, kind)| crate::support::problem_at(kind, "entry_ids", index)).collect();
            atlas.post_text(path, &format!(r#"{{"entry_ids": {items}}}"#)).names(&expected);
        }
    }
    let linked = |items: &str| atlas.post_text("/cats/1/link-sightings", &format!(r#"{{"entry_ids": {items}}}"#));
    assert_eq!(linked(r#"["1", "2"]"#).is(200).json()["already_linked"], json!([1]));
    for items in
        ["[true]", "[1.0]", "[1e400]", "[-0]", r#"[" 1 "]"#, r#"["1.0"]"#, r#"["+1"]"#, "[1e3]", &format!("[{}]", "9".repeat(10_000))]
    {
        let answer = linked(items);
        assert!(answer.status == 200 || answer.fault().is_none(), "{items}: {}", answer.start());
    }
}

#[test]
fn ids_that_no_row_can_have_are_handed_back_exactly_as_failed() {
    let atlas = atlas();
    let ids = [
        "0",
        "-1",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808",
        "-9223372036854775809",
        "18446744073709551616",
        "99999999999999999999",
    ];
    let answer = atlas.post_text("/cats/1/link-sightings", &format!(r#"{{"entry_ids": [{}]}}"#, ids.join(", "))).is(200).json();
    let failed: Vec<String> = answer["failed"].as_array().unwrap().iter().map(Value::to_string).collect();
    assert_eq!(failed, ids);
    assert_eq!(answer["linked_count"], 0);
    assert_eq!(answer["cat_id"], 1);
    let texts = ids.map(|id| format!("\"{id}\"")).join(", ");
    let answer = atlas.post_text("/cats/1/link-sightings", &format!(r#"{{"entry_ids": [{texts}]}}"#)).is(200).json();
    let failed: Vec<String> = answer["failed"].as_array().unwrap().iter().map(Value::to_string).collect();
    assert_eq!(failed, ids, "as text as well");
}
