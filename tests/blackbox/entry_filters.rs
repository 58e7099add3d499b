//! The list of sightings narrowed down: words, cat, favourites, place, time.

use serde_json::json;

use crate::support::{Atlas, Predecessor, problem};

#[test]
fn words_find_sightings_by_text_nickname_and_place() {
    let atlas = Atlas::empty();
    let tabby = atlas.sighting("An orange tabby by the bakery");
    let named = atlas.post("/entries", &json!({"text": "shy one", "nickname": "Käthe"})).is(200).id();
    let placed = atlas.post("/entries", &json!({"text": "sleepy one", "location": "Fenimore Street"})).is(200).id();
    let found = |words: &str| atlas.get(&format!("/entries?q={words}")).is(200).ids();
    assert_eq!(found("tabby"), [tabby]);
    assert_eq!(found("TABBY"), [tabby]);
    assert_eq!(found("tabby%20bakery"), [tabby]);
    assert_eq!(found("tabby+bakery"), [tabby]);
    assert_eq!(found("K%C3%A4the"), [named]);
    assert_eq!(found("fenimore"), [placed]);
    assert_eq!(found("one"), [placed, named]);
    assert_eq!(found("giraffe"), [] as [i64; 0]);
}

#[test]
fn words_with_a_meaning_to_the_search_engine_are_only_words() {
    let atlas = Atlas::empty();
    atlas.sighting("cat AND dog OR bird NOT \"quoted\" near(a b) col:x star* -minus ^start 'it's'");
    for words in [
        "%22",
        "%22cat",
        "'",
        "*",
        "cat*",
        "AND",
        "OR",
        "NOT",
        "AND%20OR",
        "NEAR(",
        "NEAR(a%20b)",
        "(",
        ")",
        "-",
        "-cat",
        "%5Ecat",
        "text:cat",
        "nowhere:cat",
        ":",
        "{a%20b}:c",
        "%2B",
        ";",
        "--",
        "%00",
        "cat%00dog",
        "%5C",
        "%25",
        "_",
        "%F0%9F%90%88",
        "%E4%B8%89%E6%AF%9B",
    ] {
        let answer = atlas.get(&format!("/entries?q={words}"));
        assert!(answer.status == 200 || answer.fault().is_none(), "{words}: {} {}", answer.status, answer.start());
    }
    for words in ["cat", "cat%20dog", "dog%20AND", "%22quoted%22"] {
        assert_eq!(atlas.get(&format!("/entries?q={words}")).is(200).ids(), [1], "{words}");
    }
    let many = atlas.get(&format!("/entries?q={}", "cat%20".repeat(1_000)));
    assert!(many.status == 200 || many.fault().is_none(), "{} {}", many.status, many.start());
}

#[test]
fn sightings_that_change_hands_are_found_where_they_are() {
    let atlas = Atlas::empty();
    let [mina, mo] = ["Mina", "Mo"].map(|name| atlas.cat(name));
    let [first, second, third] = [atlas.sighting_of(mina, "one"), atlas.sighting_of(mina, "two"), atlas.sighting("three")];
    let listed = |query: String| atlas.get(&format!("/entries?{query}")).is(200).ids();
    assert_eq!(listed(format!("cat_id={mina}")), [second, first]);
    assert_eq!(listed("unassigned=true".to_owned()), [third]);
    atlas.call(&format!("/entries/{first}/assign/{mo}")).is(200);
    assert_eq!(listed(format!("cat_id={mina}")), [second]);
    assert_eq!(listed(format!("cat_id={mo}")), [first]);
    assert_eq!(listed("cat_id=99999".to_owned()), [] as [i64; 0]);
    atlas.get("/entries?cat_id=x&unassigned=maybe&favorite=").names(&[
        problem("int_parsing", "query", "cat_id"),
        problem("bool_parsing", "query", "unassigned"),
        problem("bool_parsing", "query", "favorite"),
    ]);
}

#[test]
fn favourites_are_listed_while_they_are_favourites() {
    let atlas = Atlas::empty();
    let [one, _, three] = ["one", "two", "three"].map(|text| atlas.sighting(text));
    for id in [one, three] {
        atlas.call(&format!("/entries/{id}/favorite")).is(200);
    }
    assert_eq!(atlas.get("/entries?favorite=true").is(200).ids(), [three, one]);
    atlas.call(&format!("/entries/{three}/favorite")).is(200);
    assert_eq!(atlas.get("/entries?favorite=yes").is(200).ids(), [one]);
}

#[test]
fn a_box_holds_the_sightings_within_it() {
    let atlas = Atlas::of("legacy/v3.db");
    let everywhere = atlas.get("/entries").is(200).json();
    for (west, south, east, north) in [(-180, -90, 180, 90), (-74, 40, -73, 41), (0, 0, 1, 1), (-180, 89, -179, 90)] {
        let within = |entry: &&serde_json::Value| {
            let inside = |value: &serde_json::Value, low: i32, high: i32| {
                value.as_f64().is_some_and(|value| f64::from(low) <= value && value <= f64::from(high))
            };
            inside(&entry["location_lat"], south, north) && inside(&entry["location_lon"], west, east)
        };
        let expected: Vec<i64> = everywhere.as_array().unwrap().iter().filter(within).map(|entry| entry["id"].as_i64().unwrap()).collect();
        let answer = atlas.get(&format!("/entries?bbox={west},{south},{east},{north}")).is(200);
        assert_eq!(answer.ids(), expected, "{west},{south},{east},{north}");
    }
    for bad in ["", "1,2,3", "1,2,3,4,5", "a,b,c,d", "1,2,,4", "nan,0,1,1", "0,-inf,1,1"] {
        let answer = atlas.get(&format!("/entries?bbox={bad}")).is(422).in_error_shape();
        assert_eq!(answer.first_problem()["loc"], json!(["query", "bbox"]), "{bad}");
    }
    for beyond in ["0,-91,1,1", "0,0,181,1", "0,10,1,5", "170,-90,-170,90", "-1e308,-1e308,1e308,1e308"] {
        let answer = atlas.get(&format!("/entries?bbox={beyond}"));
        assert!(answer.status == 200 || answer.fault().is_none(), "{beyond}: {} {}", answer.status, answer.start());
    }
}

#[test]
fn times_bound_the_list_in_every_form_that_databases_hold() {
    let folder = Predecessor::new()
        .with_sighting_seen(1, "2025-12-27T10:00:00.468148Z")
        .with_sighting_seen(2, "2025-12-27T11:00:00+00:00")
        .with_sighting_seen(3, "2025-12-27T12:00:00Z")
        .with_sighting_seen(4, "2025-12-27T13:00:00.5+00:00")
        .build();
    let atlas = Atlas::serve(folder);
    let listed = |query: &str| atlas.get(&format!("/entries?{query}")).is(200).ids();
    assert_eq!(listed("since=2025-12-27T10:30:00Z"), [4, 3, 2]);
    assert_eq!(listed("until=2025-12-27T12:30:00Z"), [3, 2, 1]);
    assert_eq!(listed("since=2025-12-27T10:30:00%2B00:00&until=2025-12-27T12:30:00.000001Z"), [3, 2]);
    assert_eq!(listed("since=2025-12-27T12:30:00%2B02:00"), [4, 3, 2]);
    assert_eq!(listed("since=2025-12-28T00:00:00Z"), [] as [i64; 0]);
    assert_eq!(listed("since=2025-12-27T12:00:00Z&until=2025-12-27T12:00:01Z"), [3], "a bound belongs to what it bounds");
    for name in ["since", "until"] {
        for bad in
            ["", "yesterday", "2025-13-01T00:00:00Z", "2025-02-30T00:00:00Z", "99999999999999999999", "nan", "%00", "2025-12-27T25:00:00Z"]
        {
            let answer = atlas.get(&format!("/entries?{name}={bad}")).is(422).in_error_shape();
            assert_eq!(answer.first_problem()["loc"], json!(["query", name]), "{bad}");
        }
    }
}

#[test]
fn filters_narrow_each_other() {
    let atlas = Atlas::empty();
    let mina = atlas.cat("Mina");
    let [wanted, other, _] = [atlas.sighting_of(mina, "tabby one"), atlas.sighting_of(mina, "tabby two"), atlas.sighting("tabby three")];
    atlas.call(&format!("/entries/{wanted}/favorite")).is(200);
    let listed = |query: &str| atlas.get(&format!("/entries?{query}")).is(200).ids();
    assert_eq!(listed("q=tabby&cat_id=1"), [other, wanted]);
    assert_eq!(listed("q=tabby&cat_id=1&favorite=true"), [wanted]);
    assert_eq!(listed("q=tabby&limit=1&before=3"), [other]);
    assert_eq!(listed("unassigned=true&favorite=true"), [] as [i64; 0]);
}
