//! The map: sightings are counted in clusters, as they come, move and go.

use serde_json::{Value, json};

use crate::support::{Answer, Atlas, Folder};

const WORLD: &str = "-180,-90,180,90";

fn put(atlas: &Atlas, nickname: &str, lat: f64, lon: f64) -> i64 {
    let draft = json!({"text": "a cat", "nickname": nickname, "location_lat": lat, "location_lon": lon});
    atlas.post("/entries", &draft).is(200).id()
}

fn clusters(atlas: &Atlas, bbox: &str, zoom: u8) -> Value {
    atlas.get(&format!("/map/clusters?bbox={bbox}&zoom={zoom}")).is(200).json()
}

fn counts(answer: &Value) -> Vec<i64> {
    answer["clusters"].as_array().unwrap().iter().map(|cluster| cluster["count"].as_i64().unwrap()).collect()
}

#[test]
fn sightings_close_together_are_one_cluster_until_the_map_comes_closer() {
    let atlas = Atlas::empty();
    for (lat, lon) in [(52.5200, 13.4050), (52.5204, 13.4056), (52.5300, 13.4200), (48.1374, 11.5755)] {
        put(&atlas, "Mina", lat, lon);
    }
    atlas.sighting("nobody knows where");
    assert_eq!(counts(&clusters(&atlas, WORLD, 2)), [4]);
    assert_eq!(counts(&clusters(&atlas, "5,45,20,55", 6)), [3, 1]);
    let near = clusters(&atlas, "13.3,52.4,13.5,52.6", 14);
    assert_eq!((counts(&near), near["total_count"].as_i64().unwrap()), (vec![2, 1], 3));
    assert_eq!(counts(&clusters(&atlas, "13.404,52.519,13.407,52.521", 20)), [1, 1]);
    assert_eq!(counts(&clusters(&atlas, "-10,-10,0,0", 6)), [0; 0]);
    let list = atlas.get(&format!("/entries?bbox={}", near["clusters"][0]["bbox"].as_str().unwrap())).is(200).json();
    assert_eq!(list.as_array().unwrap().len(), 2, "what a cluster counts is listed by its box");
}

#[test]
fn a_cluster_of_one_tells_which_sighting_it_is() {
    let atlas = Atlas::empty();
    let cat = atlas.cat("Mina");
    let id = put(&atlas, "Mimi", 52.5, 13.4);
    atlas.call(&format!("/entries/{id}/assign/{cat}")).is(200);
    let one = &clusters(&atlas, WORLD, 3)["clusters"][0];
    assert_eq!((&one["lat"], &one["lon"]), (&json!(52.5), &json!(13.4)));
    let entry = &one["entry"];
    assert_eq!([&entry["entry_id"], &entry["nickname"], &entry["cat_name"]], [&json!(id), &json!("Mimi"), &json!("Mina")]);
    put(&atlas, "Other", 52.5, 13.4);
    assert_eq!(clusters(&atlas, WORLD, 3)["clusters"][0]["entry"], Value::Null);
}

#[test]
fn a_sighting_that_moves_or_goes_is_counted_where_it_is() {
    let atlas = Atlas::empty();
    let caretaker = atlas.person("care", "caretaker");
    let (one, other) = (put(&atlas, "Mina", 52.5, 13.4), put(&atlas, "Mina", 52.5, 13.4));
    caretaker.patch(&format!("/entries/{one}"), &json!({"location_lat": -33.9, "location_lon": 151.2})).is(200);
    assert_eq!(counts(&clusters(&atlas, "150,-35,152,-33", 8)), [1]);
    assert_eq!(clusters(&atlas, "13,52,14,53", 8)["clusters"][0]["entry"]["entry_id"], json!(other));
    caretaker.delete(&format!("/entries/{one}")).is(204);
    assert_eq!(counts(&clusters(&atlas, WORLD, 8)), [1]);
    caretaker.delete(&format!("/entries/{other}")).is(204);
    assert_eq!(counts(&clusters(&atlas, WORLD, 8)), [0; 0]);
}

#[test]
fn a_box_may_cross_the_180th_meridian() {
    let atlas = Atlas::empty();
    put(&atlas, "Fiji", -17.0, 179.9);
    put(&atlas, "Samoa", -17.0, -179.9);
    put(&atlas, "Berlin", 52.5, 13.4);
    assert_eq!(clusters(&atlas, "178,-20,-178,-15", 8)["total_count"], 2);
    assert_eq!(clusters(&atlas, "0,40,20,60", 8)["total_count"], 1);
}

#[test]
fn months_are_counted_and_narrow_the_map() {
    let atlas = Atlas::empty();
    put(&atlas, "Mina", 52.5, 13.4);
    put(&atlas, "Mina", 48.1, 11.6);
    let months = atlas.get("/map/months").is(200).json();
    let month = months["months"][0]["month"].as_str().unwrap().to_owned();
    assert_eq!((months["months"].as_array().unwrap().len(), &months["months"][0]["count"]), (1, &json!(2)));
    let within = |query: String| atlas.get(&format!("/map/clusters?bbox={WORLD}&zoom=2&{query}")).is(200).json()["total_count"].clone();
    assert_eq!(within(format!("since={month}-01")), 2);
    assert_eq!(within(format!("since={month}-01&until={month}-28")), 2, "whole months count");
    assert_eq!(within("until=2020-01-01".to_owned()), 0);
    assert_eq!(within("since=2999-01-01".to_owned()), 0);
}

#[test]
fn every_problem_of_a_question_is_told() {
    let atlas = Atlas::empty();
    let types = |query: &str| -> Vec<(String, String)> {
        let answer = atlas.get(&format!("/map/clusters?{query}")).is(422).json();
        let problems = answer["detail"].as_array().unwrap().iter();
        problems.map(|one| (one["loc"][1].as_str().unwrap().to_owned(), one["type"].as_str().unwrap().to_owned())).collect()
    };
    let pairs =
        |expected: &[(&str, &str)]| -> Vec<(String, String)> { expected.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect() };
    assert_eq!(types(""), pairs(&[("bbox", "missing"), ("zoom", "missing")]));
    assert_eq!(
        types("bbox=1,2,3&zoom=23&since=soon"),
        pairs(&[("bbox", "float_parsing"), ("zoom", "less_than_equal"), ("since", "datetime_parsing")])
    );
}

#[test]
fn the_whole_world_at_the_deepest_zoom_is_answered_in_larger_cells() {
    let atlas = Atlas::empty();
    for n in 0..40 {
        put(&atlas, "Mina", 50.0 + f64::from(n) / 1000.0, 10.0);
    }
    let answer: Answer = atlas.get(&format!("/map/clusters?bbox={WORLD}&zoom=22"));
    assert_eq!(answer.is(200).json()["total_count"], 40);
}

#[test]
fn the_operators_tiles_are_told_and_are_none_without_a_word() {
    assert_eq!(Atlas::empty().get("/map/tiles").is(200).json(), json!({"tiles": null}));
    let url = "https://tiles.example.org/{z}/{x}/{y}.png";
    let atlas = Atlas::serve_with(Folder::new(), &["--tile-url", url, "--tile-attribution", "© those who drew it"]);
    assert_eq!(atlas.get("/map/tiles").is(200).json(), json!({"tiles": {"url": url, "attribution": "© those who drew it"}}));
}
