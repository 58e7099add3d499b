//! A 422 names every problem at once, in order, before anything is looked up.

use serde_json::{Value, json};

use crate::support::{Atlas, problem};

#[test]
fn problems_come_in_the_order_of_path_query_and_body() {
    let atlas = Atlas::empty();
    atlas.get("/entries/x/nearby?include_assigned=2&top_k=0&radius_meters=5001").names(&[
        problem("int_parsing", "path", "entry_id"),
        problem("less_than_equal", "query", "radius_meters"),
        problem("greater_than_equal", "query", "top_k"),
        problem("bool_parsing", "query", "include_assigned"),
    ]);
    atlas.get("/cats/x/sightings?limit=0&page=y").names(&[
        problem("int_parsing", "path", "cat_id"),
        problem("int_parsing", "query", "page"),
        problem("greater_than_equal", "query", "limit"),
    ]);
    atlas.get("/entries/by-area/suggested-groups?min_sightings=1&cluster_radius=1&radius=x&lon=181").names(&[
        problem("missing", "query", "lat"),
        problem("less_than_equal", "query", "lon"),
        problem("int_parsing", "query", "radius"),
        problem("greater_than_equal", "query", "cluster_radius"),
        problem("greater_than_equal", "query", "min_sightings"),
    ]);
    atlas.post("/cats/x/comments", &json!({"author_name": 5})).names(&[
        problem("int_parsing", "path", "cat_id"),
        problem("string_type", "body", "author_name"),
        problem("missing", "body", "content"),
    ]);
    atlas.call("/entries/x/assign/y").names(&[problem("int_parsing", "path", "entry_id"), problem("int_parsing", "path", "cat_id")]);
    atlas.delete("/cats/x/comments/y").names(&[problem("int_parsing", "path", "cat_id"), problem("int_parsing", "path", "comment_id")]);
    atlas.post("/cats/x/insights", &json!({"question": 1})).names(&[
        problem("int_parsing", "path", "cat_id"),
        problem("missing", "body", "mode"),
        problem("string_type", "body", "question"),
    ]);
}

#[test]
fn problems_of_a_body_come_in_the_order_of_the_schema() {
    let atlas = Atlas::empty();
    let body = r#"{"location_country": 1, "location_city": [], "location_zip": true, "location_number": 1.5, "location_street": {}, "photo_url": 5, "location": 5, "nickname": 5, "text": 5}"#;
    let fields = [
        "text",
        "nickname",
        "location",
        "photo_url",
        "location_street",
        "location_number",
        "location_zip",
        "location_city",
        "location_country",
    ];
    atlas.post_text("/entries", body).names(&fields.map(|field| problem("string_type", "body", field)));
    let reversed = json!({"name": 1, "entry_ids": "x"});
    atlas
        .post("/cats/from-sightings", &reversed)
        .names(&[problem("list_type", "body", "entry_ids"), problem("string_type", "body", "name")]);
}

#[test]
fn a_bad_body_for_a_missing_row_is_a_bad_body() {
    let atlas = Atlas::empty();
    for (path, field) in [("/cats/99999/link-sightings", "entry_ids"), ("/cats/99999/insights", "mode"), ("/cats/0/insights", "mode")] {
        atlas.post(path, &json!({})).names(&[problem("missing", "body", field)]);
    }
    atlas.patch("/cats/99999", &json!({"name": "x".repeat(101)})).names(&[problem("string_too_long", "body", "name")]);
}

#[test]
fn a_mode_is_one_of_four_words_and_nothing_else() {
    let atlas = Atlas::empty();
    for mode in [
        json!(null),
        json!(5),
        json!(true),
        json!(""),
        json!(" care"),
        json!("care "),
        json!("CARE"),
        json!("other"),
        json!(["care"]),
        json!({"mode": "care"}),
        json!(1.5),
    ] {
        atlas.post("/cats/1/insights", &json!({"mode": mode})).names(&[problem("literal_error", "body", "mode")]);
    }
}

#[test]
fn null_is_absent_where_a_field_is_optional_and_a_wrong_type_where_it_is_required() {
    let atlas = Atlas::empty();
    let fields =
        ["nickname", "location", "photo_url", "location_street", "location_number", "location_zip", "location_city", "location_country"];
    let mut body = json!({"text": "a cat"});
    for field in fields {
        body[field] = Value::Null;
    }
    atlas.post("/entries", &body).is(200);
    atlas.cat("Mina");
    atlas.post("/cats/1/comments", &json!({"author_name": null, "content": "x"})).names(&[problem("string_type", "body", "author_name")]);
    atlas.post("/cats/1/link-sightings", &json!({"entry_ids": null})).names(&[problem("list_type", "body", "entry_ids")]);
    atlas.post("/cats/1/insights", &json!({"mode": "care", "question": null})).is(400);
}

#[test]
fn lengths_are_counted_in_code_points_before_trimming() {
    let atlas = Atlas::empty();
    let cat = atlas.cat("Mina");
    for unit in [" ", "x", "ü", "🐈", "\u{301}"] {
        let with = |count: usize| unit.repeat(count);
        atlas.post("/cats", &json!({"name": with(100)})).is(200);
        atlas.post("/cats", &json!({"name": with(101)})).names(&[problem("string_too_long", "body", "name")]);
        atlas.patch(&format!("/cats/{cat}"), &json!({"name": with(100)})).is(200);
        atlas.patch(&format!("/cats/{cat}"), &json!({"name": with(101)})).names(&[problem("string_too_long", "body", "name")]);
        atlas
            .post("/cats/1/comments", &json!({"author_name": with(101), "content": with(2001)}))
            .names(&[problem("string_too_long", "body", "author_name"), problem("string_too_long", "body", "content")]);
        atlas.post("/cats/1/insights", &json!({"mode": "care", "question": with(501)})).names(&[problem(
            "string_too_long",
            "body",
            "question",
        )]);
        atlas.post("/cats/1/insights", &json!({"mode": "care", "question": with(500)})).is(400);
    }
}

#[test]
fn bounds_are_told_with_the_problem() {
    let atlas = Atlas::empty();
    atlas.cat("Mina");
    for (answer, context) in [
        (atlas.post("/cats", &json!({"name": "x".repeat(101)})), json!({"max_length": 100})),
        (atlas.post("/entries", &json!({"text": "x".repeat(5001)})), json!({"max_length": 5000})),
        (atlas.post("/entries", &json!({"text": ""})), json!({"min_length": 1})),
        (atlas.post("/cats/1/comments", &json!({"author_name": " \t", "content": "x"})), json!({"min_length": 1})),
        (atlas.post("/cats/1/comments", &json!({"author_name": "x", "content": "\u{3000}\n"})), json!({"min_length": 1})),
        (atlas.post("/cats/1/link-sightings", &json!({"entry_ids": []})), json!({"min_length": 1})),
        (atlas.get("/entries?limit=1001"), json!({"le": 1000})),
        (atlas.get("/entries?limit=0"), json!({"ge": 1})),
        (atlas.get("/cats?limit=1001"), json!({"le": 1000})),
        (atlas.get("/cats?limit=0"), json!({"ge": 1})),
    ] {
        let found = answer.is(422).in_error_shape().first_problem()["ctx"].clone();
        for (name, bound) in context.as_object().unwrap() {
            assert_eq!(found[name].as_f64(), bound.as_f64(), "{found}");
        }
    }
}

#[test]
fn the_echoed_input_is_cut_to_a_hundred_code_points() {
    let atlas = Atlas::empty();
    for (sent, echoed) in [("x".repeat(5001), "x".repeat(100)), ("🐈".repeat(5001), "🐈".repeat(100))] {
        assert_eq!(atlas.post("/entries", &json!({"text": sent})).is(422).first_problem()["input"], echoed);
    }
    let long = "y".repeat(5_000);
    for path in ["/entries?limit=", "/cats/1/sightings?page=", "/entries/by-area?lon=0&lat=", "/entries/"] {
        let problem = atlas.get(&format!("{path}{long}")).is(422).first_problem();
        assert_eq!(problem["input"], "y".repeat(100), "{path}");
    }
    assert_eq!(atlas.get("/entries?limit=zero").is(422).first_problem()["input"], "zero");
    assert_eq!(atlas.post("/entries", &json!({"text": 5})).is(422).first_problem()["input"], 5);
}

#[test]
fn an_object_or_array_is_not_echoed() {
    let atlas = Atlas::empty();
    for body in [r#"{"text": {"a": 1}}"#, r#"{"text": ["a"]}"#, "[1, 2]", r#"{"nickname": "x"}"#] {
        let problem = atlas.post_text("/entries", body).is(422).first_problem();
        assert!(problem.get("input").is_none(), "{problem}");
    }
    let problem = atlas.post_text("/cats/1/link-sightings", r#"{"entry_ids": {"a": 1}}"#).is(422).first_problem();
    assert!(problem.get("input").is_none(), "{problem}");
}
