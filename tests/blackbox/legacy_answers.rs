//! Oddities of adopted databases can be read through every route that shows them.

use rusqlite::types::Value as Cell;
use serde_json::Value;

use crate::support::{Atlas, GOLDEN_DATABASE, LEGACY, columns, fixture, ids, rows};

const ALL: [&str; 4] = [LEGACY[0], LEGACY[1], LEGACY[2], GOLDEN_DATABASE];

#[test]
fn every_sighting_is_listed_with_its_stored_values() {
    for name in ALL {
        let original = fixture(name);
        let cats: Vec<i64> = ids_in(name, "cats");
        let fields = columns(&original, "entries");
        let listed = Atlas::of(name).get("/entries").is(200).json();
        let mut stored = rows(&original, "entries", &fields);
        stored.reverse();
        assert_eq!(listed.as_array().unwrap().len(), stored.len(), "{name}");
        for (listed, stored) in listed.as_array().unwrap().iter().zip(stored) {
            for (field, stored) in fields.iter().zip(stored) {
                assert!(shows(field, &listed[field], &stored, &cats), "{name}: {field} of {listed} is stored as {stored:?}");
            }
        }
    }
}

#[test]
fn every_route_shows_every_adopted_row() {
    for name in ALL {
        let atlas = Atlas::of(name);
        for id in ids_in(name, "entries") {
            for view in ["", "/matches", "/nearby", "/analysis"] {
                let answer = atlas.get(&format!("/entries/{id}{view}"));
                let fits = matches!((view, answer.status), (_, 200) | ("/nearby", 400) | ("/analysis", 404));
                assert!(fits, "{name}: {} answers {}: {}", answer.request, answer.status, answer.start());
            }
        }
        for id in ids_in(name, "cats") {
            for view in ["profile", "profile/enhanced", "comments", "comments?limit=1&page=3", "sightings", "sightings?limit=100"] {
                atlas.get(&format!("/cats/{id}/{view}")).is(200).json();
            }
        }
        for place in ["lat=90&lon=-180", "lat=-90&lon=180", "lat=0&lon=180", "lat=40.658&lon=-73.954"] {
            atlas.get(&format!("/entries/by-area?{place}&radius=10000")).is(200).json();
            atlas.get(&format!("/entries/by-area/suggested-groups?{place}&radius=10000&cluster_radius=500")).is(200).json();
        }
        atlas.get("/cats").is(200).json();
    }
}

#[test]
fn every_adopted_sighting_can_be_changed_and_analysed() {
    for name in ALL {
        let atlas = Atlas::of(name);
        let cat = atlas.cat("Adopter");
        for id in ids_in(name, "entries").into_iter().step_by(3) {
            atlas.call(&format!("/entries/{id}/favorite")).is(200);
            atlas.call(&format!("/entries/{id}/analyze")).is(200);
            atlas.call(&format!("/entries/{id}/assign/{cat}")).is(200);
        }
        for mode in ["profile", "care", "update", "risk"] {
            atlas.post(&format!("/cats/{cat}/insights"), &serde_json::json!({ "mode": mode })).is(200);
        }
    }
}

#[test]
fn stored_analyses_and_comments_are_still_there() {
    let atlas = Atlas::of("legacy/v3.db");
    assert_eq!(atlas.get("/entries/3/analysis").is(200).json()["summary"], "a summary");
    let comments = atlas.get("/cats/1/comments?limit=100").is(200).json();
    assert_eq!(comments["total"], comments_of(1), "{comments}");
    assert_eq!(atlas.get("/cats/1/profile/enhanced").is(200).json()["insightStatus"]["hasCare"], true);
}

fn ids_in(name: &str, table: &str) -> Vec<i64> {
    ids(&fixture(name), table)
}

fn comments_of(cat: i64) -> usize {
    let found = rows(&fixture("legacy/v3.db"), "cat_comments", &["id".to_owned(), "cat_id".to_owned()]);
    found.iter().filter(|row| row[1] == Cell::Integer(cat)).count()
}

/// A stored value as the API has to show it: a cat that is none becomes null, and an address that is no web address may be hidden.
fn shows(field: &str, shown: &Value, stored: &Cell, cats: &[i64]) -> bool {
    match (field, stored) {
        (_, Cell::Null) => shown.is_null(),
        ("isFavorite", Cell::Integer(flag)) => *shown == (*flag != 0),
        ("cat_id", Cell::Integer(cat)) if !cats.contains(cat) => shown.is_null(),
        ("photo_url", Cell::Text(url)) if !url.starts_with("http") => shown.is_null() || *shown == **url,
        (_, Cell::Integer(number)) => *shown == *number,
        (_, Cell::Real(number)) => shown.as_f64() == Some(*number),
        (_, Cell::Text(text)) => *shown == **text,
        (_, Cell::Blob(_)) => false,
    }
}
