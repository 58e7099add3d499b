//! Sightings: made, read, favoured, assigned.

use std::thread;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::support::{Atlas, problem};

const FIELDS: [&str; 17] = [
    "id",
    "text",
    "createdAt",
    "isFavorite",
    "nickname",
    "location",
    "cat_id",
    "photo_url",
    "location_normalized",
    "location_lat",
    "location_lon",
    "location_osm_id",
    "location_street",
    "location_number",
    "location_zip",
    "location_city",
    "location_country",
];

#[test]
fn a_sighting_has_its_fields_in_the_documented_order() {
    let atlas = Atlas::empty();
    let posted = atlas.post("/entries", &json!({"text": "a cat"})).is(200);
    for answer in [atlas.get(&format!("/entries/{}", posted.id())), atlas.get("/entries"), posted] {
        let text = answer.start();
        let places: Vec<usize> =
            FIELDS.iter().map(|field| text.find(&format!("\"{field}\":")).unwrap_or_else(|| panic!("no {field} in {text}"))).collect();
        assert!(places.is_sorted(), "{text}");
    }
}

#[test]
fn a_sighting_is_the_same_wherever_it_is_read() {
    let atlas = Atlas::empty();
    let posted = atlas
        .post("/entries", &json!({"text": " a cat ", "nickname": "Mina", "location": "Park", "photo_url": "https://e.invalid/a.jpg"}))
        .is(200)
        .json();
    assert_eq!(atlas.get(&format!("/entries/{}", posted["id"])).is(200).json(), posted);
    assert_eq!(atlas.get("/entries").is(200).json(), json!([posted]));
    assert_eq!(posted["isFavorite"], false);
    assert_eq!(posted["cat_id"], Value::Null);
}

#[test]
fn times_are_utc_with_microseconds_and_z() {
    let atlas = Atlas::empty();
    let began = Timestamp::now().as_microsecond();
    let cat = atlas.cat("Mina");
    let entry = atlas.sighting_of(cat, "a cat");
    atlas.patch("/cats/1", &json!({"name": "Mo"})).is(200);
    let comment = atlas.post("/cats/1/comments", &json!({"author_name": "a", "content": "b"})).is(201).json();
    let times = [
        atlas.get(&format!("/entries/{entry}")).json()["createdAt"].clone(),
        atlas.get("/cats").json()[0]["createdAt"].clone(),
        atlas.patch("/cats/1", &json!({})).json()["updatedAt"].clone(),
        atlas.call(&format!("/entries/{entry}/analyze")).json()["updatedAt"].clone(),
        atlas.post("/cats/1/insights", &json!({"mode": "care"})).json()["generatedAt"].clone(),
        comment["createdAt"].clone(),
        comment["updatedAt"].clone(),
    ];
    for time in times {
        let time = time.as_str().unwrap();
        let form: String = time.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
        assert_eq!(form, "0000-00-00T00:00:00.000000Z");
        let micros = time.parse::<Timestamp>().unwrap().as_microsecond();
        assert!((began..=Timestamp::now().as_microsecond()).contains(&micros), "{time} is not now");
    }
}

#[test]
fn a_blank_note_is_refused_in_a_sentence() {
    let atlas = Atlas::empty();
    for blank in [" ", "\n\t\r", "\u{a0}\u{2003}", "\u{1c}\u{1f}", "\u{85}"] {
        let answer = atlas.post("/entries", &json!({ "text": blank })).is(400).in_error_shape();
        assert!(answer.json()["detail"].is_string(), "{}", answer.start());
    }
    assert_eq!(atlas.count(), 0);
}

#[test]
fn a_photo_address_is_http_or_nothing() {
    let atlas = Atlas::empty();
    let with = |url: &str| atlas.post("/entries", &json!({"text": "a cat", "photo_url": url}));
    for url in [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:image/png;base64,AAAA",
        "ftp://e.invalid/a.jpg",
        "file:///etc/passwd",
        "blob:https://e.invalid/1",
        "//e.invalid/a.jpg",
        "/etc/passwd",
        "a.jpg",
        "e.invalid/a.jpg",
        "mailto:a@e.invalid",
        "vbscript:x",
        "about:blank",
        "/photosx/a.jpg",
        "/photos/../atlas.db",
    ] {
        with(url).names(&[problem("url_scheme", "body", "photo_url")]);
    }
    with("http").names(&[problem("url_scheme", "body", "photo_url")]);
    assert_eq!(with(&format!("javascript:{}", "x".repeat(1000))).is(422).first_problem()["type"], "string_too_long");
    for url in [
        "http://e.invalid/a.jpg",
        "https://e.invalid/a%20b.jpg?x=1&y=2#z",
        "HTTPS://e.invalid/A.JPG",
        "https://e.invalid:8443/ü.jpg",
        "http://127.0.0.1/a.png",
    ] {
        assert_eq!(with(url).is(200).json()["photo_url"], url);
    }
    for none in ["", "  ", "\n"] {
        assert_eq!(with(none).is(200).json()["photo_url"], Value::Null);
    }
    assert_eq!(
        atlas.post("/entries", &json!({"text": "a", "photo_url": "javascript:x", "nickname": 5})).is(422).json()["detail"]
            .as_array()
            .unwrap()
            .len(),
        2,
        "every problem at once"
    );
}

#[test]
fn an_address_is_composed_of_the_parts_that_exist() {
    let atlas = Atlas::empty();
    for (parts, location) in [
        (json!({"location_street": "Linden", "location_number": "5", "location_city": "K", "location": "elsewhere"}), json!("Linden 5, K")),
        (json!({"location_zip": "04109", "location_city": "K", "location_country": "D"}), json!("04109 K, D")),
        (json!({"location_number": "5", "location_country": "D"}), json!("D")),
        (json!({"location_number": "5", "location": "elsewhere"}), json!(null)),
        (json!({"location_number": " ", "location": " elsewhere "}), json!("elsewhere")),
        (json!({"location_street": " Linden ", "location_number": " 5 "}), json!("Linden 5")),
    ] {
        let mut body = parts.clone();
        body["text"] = json!("a cat");
        let entry = atlas.post("/entries", &body).is(200).json();
        assert_eq!(entry["location"], location, "{parts}");
    }
    let number = atlas.post("/entries", &json!({"text": "a cat", "location_number": "5"})).is(200).json();
    assert_eq!(number["location_number"], "5", "a dropped number stays stored");
}

#[test]
fn a_favourite_toggled_two_hundred_times_at_once_is_what_it_was() {
    let atlas = Atlas::empty();
    let (one, other) = (atlas.sighting("a cat"), atlas.sighting("a favourite"));
    atlas.call(&format!("/entries/{other}/favorite")).is(200);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..25 {
                    atlas.call(&format!("/entries/{one}/favorite")).is(200);
                    atlas.call(&format!("/entries/{other}/favorite")).is(200);
                }
            });
        }
    });
    assert_eq!(atlas.get(&format!("/entries/{one}")).json()["isFavorite"], false);
    assert_eq!(atlas.get(&format!("/entries/{other}")).json()["isFavorite"], true);
    assert_eq!(atlas.call(&format!("/entries/{one}/favorite")).is(200).json()["isFavorite"], true);
}

#[test]
fn sightings_posted_at_once_all_get_an_id_of_their_own() {
    let atlas = Atlas::empty();
    let mut ids: Vec<i64> = thread::scope(|scope| {
        let workers: Vec<_> = (0..8)
            .map(|worker| {
                let atlas = &atlas;
                scope.spawn(move || (0..25).map(|n| atlas.sighting(&format!("{worker} {n}"))).collect::<Vec<_>>())
            })
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    ids.sort_unstable();
    assert_eq!(ids, (1..=200).collect::<Vec<_>>());
    let listed = atlas.get("/entries").is(200).ids();
    assert_eq!(listed, (1..=200).rev().collect::<Vec<_>>());
}

#[test]
fn assigning_looks_for_the_cat_first_and_moves_the_sighting() {
    let atlas = Atlas::empty();
    let [mina, mo] = ["Mina", "Mo"].map(|name| atlas.cat(name));
    let entry = atlas.sighting_of(mina, "a cat");
    let both_missing = atlas.call("/entries/99/assign/98").is(404).in_error_shape().json()["detail"].clone();
    let cat_missing = atlas.call(&format!("/entries/{entry}/assign/98")).is(404).json()["detail"].clone();
    let entry_missing = atlas.call(&format!("/entries/99/assign/{mo}")).is(404).json()["detail"].clone();
    assert_eq!(both_missing, cat_missing);
    assert_ne!(both_missing, entry_missing);
    assert_eq!(atlas.call(&format!("/entries/{entry}/assign/{mo}")).is(200).json()["cat_id"], mo);
    assert_eq!(atlas.get(&format!("/cats/{mina}/sightings")).is(200).json()["total"], 0);
    assert_eq!(atlas.get(&format!("/cats/{mo}/sightings")).is(200).json()["total"], 1);
}

#[test]
fn the_same_text_is_analysed_once_whatever_its_white_space() {
    let atlas = Atlas::empty();
    let id = atlas.sighting("a  happy\n cat");
    atlas.get(&format!("/entries/{id}/analysis")).is(404).in_error_shape();
    let first = atlas.call(&format!("/entries/{id}/analyze")).is(200).json();
    assert_eq!(first["summary"], "a happy cat");
    assert_eq!(first["sentiment"], "positive");
    assert_eq!(atlas.call(&format!("/entries/{id}/analyze")).is(200).json(), first);
    assert_eq!(atlas.get(&format!("/entries/{id}/analysis")).is(200).json(), first);
}
