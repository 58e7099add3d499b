//! Changing sightings and taking them away, coordinates that people send, and pairs that are not the same cat.

use serde_json::{Value, json};

use crate::support::{Atlas, Folder, Person, integrity, problem};

#[track_caller]
fn entry(atlas: &Atlas, id: i64) -> Value {
    atlas.get(&format!("/entries/{id}")).is(200).json()
}

/// An atlas and somebody who may change everything in it.
fn caretaker(atlas: &Atlas) -> Person<'_> {
    atlas.person("care", "caretaker")
}

#[test]
fn a_change_changes_what_was_sent_and_nothing_else() {
    let atlas = Atlas::empty();
    let caretaker = caretaker(&atlas);
    let sent = json!({"text": "a cat", "nickname": "Mina", "location": "Mill Lane", "photo_url": "https://e.invalid/1.jpg"});
    let before = atlas.post("/entries", &sent).is(200).json();
    let path = format!("/entries/{}", before["id"]);
    assert_eq!(caretaker.patch(&path, &json!({})).is(200).json(), before);
    assert_eq!(
        caretaker.patch(&path, &json!({"id": 9, "isFavorite": true, "createdAt": "", "cat_id": 3, "created_by": 1})).is(200).json(),
        before
    );
    let changed = caretaker.patch(&path, &json!({"text": " two <b>cats</b> ", "nickname": null})).is(200).json();
    let mut expected = before.clone();
    expected["text"] = json!("two cats");
    expected["nickname"] = Value::Null;
    assert_eq!(changed, expected);
    assert_eq!(atlas.get(&path).json(), expected);
    let cleared = caretaker.patch(&path, &json!({"photo_url": "", "location": " "})).is(200).json();
    assert_eq!([&cleared["photo_url"], &cleared["location"]], [&Value::Null, &Value::Null]);
}

#[test]
fn a_change_is_checked_like_a_new_sighting() {
    let atlas = Atlas::empty();
    let caretaker = caretaker(&atlas);
    let path = format!("/entries/{}", atlas.sighting("a cat"));
    caretaker.patch(&path, &json!({"text": " \u{a0}"})).is(400).has_code("BLANK_NOTE");
    for (change, kind, field) in [
        (json!({"text": null}), "string_type", "text"),
        (json!({"text": ""}), "string_too_short", "text"),
        (json!({"text": "x".repeat(5001)}), "string_too_long", "text"),
        (json!({"photo_url": "javascript:alert(1)"}), "url_scheme", "photo_url"),
        (json!({"location_city": "x".repeat(101)}), "string_too_long", "location_city"),
        (json!({"nickname": 7}), "string_type", "nickname"),
    ] {
        caretaker.patch(&path, &change).names(&[problem(kind, "body", field)]);
    }
    caretaker.patch("/entries/99", &json!({"text": "a cat"})).is(404).has_code("ENTRY_NOT_FOUND");
    caretaker.patch("/entries/99", &json!({"text": null})).is(422);
    caretaker.ask("PATCH", &path, &json!(["text"])).is(422);
    assert_eq!(atlas.get(&path).json()["text"], "a cat");
}

#[test]
fn coordinates_come_together_and_within_the_globe() {
    let atlas = Atlas::empty();
    let caretaker = caretaker(&atlas);
    let path = format!("/entries/{}", atlas.sighting("a cat"));
    let (lat, lon) = ("location_lat", "location_lon");
    let checks = [
        (json!({ lat: 50.5 }), vec![problem("missing", "body", lon)]),
        (json!({ lon: 7 }), vec![problem("missing", "body", lat)]),
        (json!({ lat: 50.5, lon: null }), vec![problem("missing", "body", lon)]),
        (json!({ lat: null, lon: 7 }), vec![problem("missing", "body", lat)]),
        (json!({ lat: 90.1, lon: -180.1 }), vec![problem("less_than_equal", "body", lat), problem("greater_than_equal", "body", lon)]),
        (json!({ lat: "50.5", lon: true }), vec![problem("float_type", "body", lat), problem("float_type", "body", lon)]),
    ];
    for (sent, expected) in checks {
        caretaker.patch(&path, &sent).names(&expected);
        let mut new = sent;
        new["text"] = json!("a cat");
        atlas.post("/entries", &new).names(&expected);
    }
    atlas.post_text("/entries", r#"{"text": "a cat", "location_lat": 1e999, "location_lon": 0}"#).is(422);
    for (north, east) in [(90.0, 180.0), (-90.0, -180.0), (0.0, 0.0)] {
        let new = atlas.post("/entries", &json!({"text": "a cat", lat: north, lon: east})).is(200).json();
        assert_eq!([&new[lat], &new[lon]], [&json!(north), &json!(east)]);
        let changed = caretaker.patch(&path, &json!({ lat: north, lon: east })).is(200).json();
        assert_eq!([&changed[lat], &changed[lon]], [&json!(north), &json!(east)]);
    }
    let cleared = caretaker.patch(&path, &json!({ lat: null, lon: null })).is(200).json();
    assert_eq!([&cleared[lat], &cleared[lon]], [&Value::Null, &Value::Null]);
    assert_eq!(atlas.post("/entries", &json!({"text": "a cat", lat: null, lon: null})).is(200).json()[lat], Value::Null);
}

#[test]
fn a_changed_address_is_composed_anew_and_what_was_looked_up_goes() {
    let atlas = Atlas::of("golden/before.db");
    let caretaker = caretaker(&atlas);
    let looked_up = atlas.get("/entries").json();
    let looked_up =
        looked_up.as_array().unwrap().iter().find(|entry| !entry["location_normalized"].is_null() && !entry["location_lat"].is_null());
    let id = looked_up.expect("a sighting with a place")["id"].as_i64().unwrap();
    let path = format!("/entries/{id}");
    let before = entry(&atlas, id);
    assert_eq!(
        caretaker.patch(&path, &json!({"text": "another note"})).is(200).json()["location_normalized"],
        before["location_normalized"]
    );
    let moved =
        caretaker.patch(&path, &json!({"location_street": "Mill Lane", "location_number": "7", "location_city": "Bonn"})).is(200).json();
    assert!(moved["location"].as_str().unwrap().starts_with("Mill Lane 7, "), "{moved}");
    for field in ["location_normalized", "location_lat", "location_lon", "location_osm_id"] {
        assert_eq!(moved[field], Value::Null, "{field}");
    }
    let placed = caretaker.patch(&path, &json!({"location_number": "9", "location_lat": 50.7, "location_lon": 7.1})).is(200).json();
    assert_eq!([&placed["location_lat"], &placed["location_normalized"]], [&json!(50.7), &Value::Null]);
}

#[test]
fn searches_know_of_a_change_and_of_a_sighting_that_is_gone() {
    let atlas = Atlas::empty();
    let caretaker = caretaker(&atlas);
    let new = |text: &str| atlas.post("/entries", &json!({"text": text, "location_lat": 50.0, "location_lon": 7.0})).is(200).id();
    let [one, other] = [new("orange tabby bakery"), new("orange tabby wall")];
    let found = |path: &str| atlas.get(path).is(200).ids();
    let near =
        |lat: u32| atlas.get(&format!("/entries/by-area?lat={lat}&lon=7&radius=100")).is(200).json()["total_count"].as_u64().unwrap();
    let matching = || atlas.get(&format!("/entries/{other}/matches")).is(200).json().as_array().unwrap().len();
    assert_eq!((found("/entries?q=bakery"), near(50), matching()), (vec![one], 2, 1));
    let path = format!("/entries/{one}");
    caretaker.patch(&path, &json!({"text": "black kitten quay", "location_lat": 51, "location_lon": 7})).is(200);
    assert_eq!((found("/entries?q=bakery"), found("/entries?q=quay"), near(50), near(51), matching()), (vec![], vec![one], 1, 1, 0));
    caretaker.patch(&path, &json!({"text": "orange tabby again", "location_lat": null, "location_lon": null})).is(200);
    assert_eq!((found("/entries?q=again"), near(51), matching()), (vec![one], 0, 1));
    caretaker.delete(&path).is(204);
    assert_eq!((found("/entries?q=again"), matching(), atlas.count()), (vec![], 0, 1));
    assert_eq!(found("/entries?bbox=-180,-90,180,90"), [other]);
}

#[test]
fn a_deleted_sighting_takes_with_it_what_was_found_out_about_it() {
    let folder = Folder::new();
    let atlas = folder.serve();
    let caretaker = atlas.person("care", "caretaker");
    let cat = atlas.cat("Mina");
    let [one, other] = [atlas.sighting_of(cat, "a limping cat"), atlas.sighting_of(cat, "a cat")];
    let path = format!("/entries/{one}");
    atlas.call(&format!("{path}/analyze")).is(200);
    atlas.post(&format!("/cats/{cat}/insights"), &json!({"mode": "care"})).is(200);
    let answer = caretaker.delete(&path).is(204);
    assert!(answer.body.is_empty());
    for path in [path.clone(), format!("{path}/analysis"), format!("{path}/matches"), format!("{path}/not-same")] {
        atlas.get(&path).is(404);
    }
    caretaker.delete(&path).is(404).has_code("ENTRY_NOT_FOUND");
    for never in ["0", "-1", "99999999999999999999"] {
        caretaker.delete(&format!("/entries/{never}")).is(404);
    }
    let insight = atlas.post(&format!("/cats/{cat}/insights"), &json!({"mode": "care"})).is(200);
    assert!(!insight.start().contains("limping"), "{}", insight.start());
    assert_eq!(atlas.get(&format!("/cats/{cat}/sightings")).json()["total"], 1);
    assert_eq!(atlas.sighting("a new one"), other + 1, "an id is never given twice");
    atlas.stop().succeeds();
    assert_eq!(integrity(&folder.database()), "ok");
}

#[test]
fn a_changed_note_loses_the_analysis_of_the_one_before() {
    let atlas = Atlas::empty();
    let caretaker = caretaker(&atlas);
    let path = format!("/entries/{}", atlas.sighting("a friendly cat"));
    atlas.call(&format!("{path}/analyze")).is(200);
    caretaker.patch(&path, &json!({"nickname": "Mina"})).is(200);
    atlas.get(&format!("{path}/analysis")).is(200);
    caretaker.patch(&path, &json!({"text": "a shy cat"})).is(200);
    atlas.get(&format!("{path}/analysis")).is(404);
    assert_eq!(atlas.call(&format!("{path}/analyze")).is(200).json()["summary"], "a shy cat");
}

#[test]
fn a_deleted_cat_leaves_its_sightings_and_takes_its_comments_and_insights() {
    let atlas = Atlas::empty();
    let caretaker = caretaker(&atlas);
    let [mina, mo] = ["Mina", "Mo"].map(|name| atlas.cat(name));
    let entry_id = atlas.sighting_of(mina, "a cat");
    let comment = json!({"author_name": "Jo", "content": "hello"});
    for cat in [mina, mo] {
        atlas.post(&format!("/cats/{cat}/comments"), &comment).is(201);
    }
    atlas.post(&format!("/cats/{mina}/insights"), &json!({"mode": "care"})).is(200);
    let path = format!("/cats/{mina}");
    assert!(caretaker.delete(&path).is(204).body.is_empty());
    assert_eq!(entry(&atlas, entry_id)["cat_id"], Value::Null);
    assert_eq!(atlas.get("/entries?unassigned=true").ids(), [entry_id]);
    let cats = atlas.get("/cats").is(200);
    assert_eq!((cats.ids(), cats.header("x-total-count")), (vec![mo], Some("1")));
    for path in [format!("{path}/profile"), format!("{path}/comments"), format!("{path}/sightings")] {
        atlas.get(&path).is(404);
    }
    caretaker.delete(&path).is(404).has_code("CAT_NOT_FOUND");
    assert_eq!(atlas.get(&format!("/cats/{mo}/comments")).json()["total"], 1);
    assert!(atlas.cat("New") > mo);
}

#[test]
fn two_that_are_not_the_same_are_kept_as_a_pair_and_match_as_before() {
    let atlas = Atlas::empty();
    let caretaker = caretaker(&atlas);
    let [one, two, three] = ["orange tabby wall", "orange tabby bakery", "orange tabby quay"].map(|text| atlas.sighting(text));
    let matches = || atlas.get(&format!("/entries/{one}/matches")).is(200).json();
    let before = matches();
    let not_same = |id: i64| atlas.get(&format!("/entries/{id}/not-same")).is(200).json()["not_same"].clone();
    let said = caretaker.call(&format!("/entries/{two}/not-same/{one}")).is(200).json();
    assert_eq!(said, json!({"entry_id": two, "not_same": [one]}));
    caretaker.call(&format!("/entries/{one}/not-same/{two}")).is(200);
    caretaker.call(&format!("/entries/{one}/not-same/{three}")).is(200);
    assert_eq!([not_same(one), not_same(two), not_same(three)], [json!([two, three]), json!([one]), json!([one])]);
    assert_eq!(matches(), before, "scores know nothing of it");

    caretaker.call(&format!("/entries/{one}/not-same/{one}")).is(400).has_code("SAME_ENTRY");
    for (first, second) in [(one, 99), (99, one), (99, 99)] {
        caretaker.call(&format!("/entries/{first}/not-same/{second}")).is(404).has_code("ENTRY_NOT_FOUND");
    }
    caretaker.delete(&format!("/entries/{one}/not-same/{two}")).is(204);
    caretaker.delete(&format!("/entries/{two}/not-same/{one}")).is(404).has_code("PAIR_NOT_FOUND");
    caretaker.delete(&format!("/entries/{three}")).is(204);
    assert_eq!(not_same(one), json!([]));
}
