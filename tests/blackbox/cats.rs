//! Cats: named, shown, commented on, given their sightings.

use serde_json::{Value, json};

use crate::support::Atlas;

#[test]
fn a_cat_is_renamed_only_where_a_name_is_sent() {
    let atlas = Atlas::empty();
    let cat = atlas.cat(" Mina ");
    let path = format!("/cats/{cat}");
    let first = atlas.patch(&path, &json!({})).is(200).json();
    assert_eq!([&first["id"], &first["name"]], [&json!(cat), &json!("Mina")]);
    let second = atlas.patch(&path, &json!({"unknown": "x"})).is(200).json();
    assert_eq!(second["name"], "Mina");
    assert!(second["updatedAt"].as_str() > first["updatedAt"].as_str(), "{second} after {first}");
    assert_eq!(atlas.patch(&path, &json!({"name": " Käthe 🐈 "})).is(200).json()["name"], "Käthe 🐈");
    assert_eq!(atlas.get("/cats").is(200).json()[0]["name"], "Käthe 🐈");
    for blank in [json!(null), json!(""), json!(" \u{3000}")] {
        atlas.patch(&path, &json!({"name": "Mo"})).is(200);
        assert_eq!(atlas.patch(&path, &json!({ "name": blank })).is(200).json()["name"], Value::Null);
    }
}

#[test]
fn a_comment_is_made_listed_and_deleted_once() {
    let atlas = Atlas::empty();
    let [mina, mo] = ["Mina", "Mo"].map(|name| atlas.cat(name));
    let comment = atlas.post(&format!("/cats/{mina}/comments"), &json!({"author_name": " Jo ", "content": " so\nfluffy "})).is(201).json();
    assert_eq!([&comment["author_name"], &comment["content"], &comment["cat_id"]], [&json!("Jo"), &json!("so\nfluffy"), &json!(mina)]);
    assert_eq!(comment["createdAt"], comment["updatedAt"]);
    let list = atlas.get(&format!("/cats/{mina}/comments")).is(200).json();
    assert_eq!(list, json!({"comments": [comment], "total": 1, "page": 1, "limit": 20, "totalPages": 1, "hasMore": false}));
    let of = |cat: i64| format!("/cats/{cat}/comments/{}", comment["id"]);
    atlas.delete(&of(mo)).is(404).has_code("COMMENT_NOT_FOUND");
    atlas.delete(&of(99)).is(404).has_code("COMMENT_NOT_FOUND");
    let deleted = atlas.delete(&of(mina)).is(204);
    assert!(deleted.body.is_empty());
    atlas.delete(&of(mina)).is(404).has_code("COMMENT_NOT_FOUND");
    let next = atlas.post(&format!("/cats/{mina}/comments"), &json!({"author_name": "Jo", "content": "again"})).is(201).json();
    assert!(next["id"].as_i64() > comment["id"].as_i64(), "an id is never given again");
}

#[test]
fn comments_come_in_pages_latest_first() {
    let atlas = Atlas::empty();
    let cat = atlas.cat("Mina");
    for number in 1..=5 {
        atlas.post(&format!("/cats/{cat}/comments"), &json!({"author_name": "Jo", "content": format!("{number}")})).is(201);
    }
    let page = |page: u32| atlas.get(&format!("/cats/{cat}/comments?limit=2&page={page}")).is(200).json();
    for (number, contents, more) in [(1, vec!["5", "4"], true), (2, vec!["3", "2"], true), (3, vec!["1"], false), (4, vec![], false)] {
        let page = page(number);
        let found: Vec<&str> = page["comments"].as_array().unwrap().iter().map(|one| one["content"].as_str().unwrap()).collect();
        assert_eq!(found, contents);
        assert_eq!([&page["total"], &page["totalPages"], &page["page"], &page["limit"]], [&json!(5), &json!(3), &json!(number), &json!(2)]);
        assert_eq!(page["hasMore"], more, "page {number}");
    }
}

#[test]
fn linking_reports_every_id_as_sent_and_one_after_another() {
    let atlas = Atlas::empty();
    let [mina, mo] = ["Mina", "Mo"].map(|name| atlas.cat(name));
    let [free, hers, his] = [atlas.sighting("free"), atlas.sighting_of(mina, "hers"), atlas.sighting_of(mo, "his")];
    let answer = atlas
        .post(&format!("/cats/{mina}/link-sightings"), &json!({"entry_ids": [his, 99, hers, free, his, 99, free, hers]}))
        .is(200)
        .json();
    assert_eq!(
        answer,
        json!({"cat_id": mina, "linked_count": 6, "newly_linked": [his, free], "already_linked": [hers, his, free, hers], "failed": [99, 99]})
    );
    assert_eq!(atlas.get(&format!("/cats/{mina}/sightings")).json()["total"], 3);
    assert_eq!(atlas.get(&format!("/cats/{mo}/sightings")).json()["total"], 0);
}

#[test]
fn a_refused_list_links_nothing() {
    let atlas = Atlas::empty();
    let cat = atlas.cat("Mina");
    let entry = atlas.sighting("free");
    for list in [json!([entry, "x"]), json!([entry, null]), json!([entry, 1.5])] {
        atlas.post(&format!("/cats/{cat}/link-sightings"), &json!({ "entry_ids": list })).is(422).in_error_shape();
        atlas.post("/cats/from-sightings", &json!({"entry_ids": list, "name": "x"})).is(422).in_error_shape();
    }
    atlas.post("/cats/99/link-sightings", &json!({"entry_ids": [entry]})).is(404);
    assert_eq!(atlas.get("/entries?unassigned=true").is(200).ids(), [entry]);
    assert_eq!(atlas.get("/cats").is(200).ids(), [cat]);
}

#[test]
fn a_cat_is_made_from_sightings_even_where_none_exists() {
    let atlas = Atlas::empty();
    let mo = atlas.cat("Mo");
    let [free, his] = [atlas.sighting("free"), atlas.sighting_of(mo, "his")];
    let pair = atlas.post("/cats/from-sightings", &json!({"entry_ids": [free, his, 99, free], "name": " Pair "})).is(200);
    assert_eq!(pair.json()["name"], "Pair");
    assert_eq!(atlas.get(&format!("/cats/{}/sightings", pair.id())).json()["total"], 2);
    assert_eq!(atlas.get(&format!("/cats/{mo}/sightings")).json()["total"], 0);
    for nobody in ["[99]", "[0, -1]", "[99999999999999999999, 9223372036854775808]"] {
        let cat = atlas.post_text("/cats/from-sightings", &format!(r#"{{"entry_ids": {nobody}}}"#)).is(200);
        assert_eq!(cat.json()["name"], Value::Null);
        assert_eq!(atlas.get(&format!("/cats/{}/sightings", cat.id())).is(200).json()["total"], 0);
    }
}

#[test]
fn a_cat_without_sightings_has_an_empty_profile() {
    let atlas = Atlas::empty();
    let cat = atlas.cat("Mina");
    let profile = atlas.get(&format!("/cats/{cat}/profile")).is(200).json();
    assert_eq!(
        [&profile["sightings_count"], &profile["locations"], &profile["top_tags"], &profile["temperament_guess"]],
        [&json!(0), &json!([]), &json!([]), &json!("unknown")]
    );
    let enhanced = atlas.get(&format!("/cats/{cat}/profile/enhanced")).is(200).json();
    assert_eq!(enhanced["temperament_guess"], "unknown / neutral");
    assert_eq!(
        enhanced["stats"],
        json!({"totalSightings": 0, "uniqueLocations": 0, "photoCount": 0, "firstSeen": null, "lastSeen": null, "mostFrequentLocation": null})
    );
    assert_eq!(
        enhanced["insightStatus"],
        json!({"hasProfile": false, "hasCare": false, "hasUpdate": false, "hasRisk": false, "lastUpdated": null})
    );
    assert_eq!([&enhanced["recentSightings"], &enhanced["locationSummary"]], [&json!([]), &json!([])]);
}

#[test]
fn the_enhanced_profile_counts_photos_and_places() {
    let atlas = Atlas::empty();
    let cat = atlas.cat("Mina");
    let ids: Vec<i64> = [
        ("Park", None),
        ("park", Some("https://e.invalid/1.jpg")),
        ("Park", Some("https://e.invalid/2.jpg")),
        ("", None),
        ("Quay", None),
        ("Dock", None),
    ]
    .into_iter()
    .map(|(location, photo)| atlas.post("/entries", &json!({"text": "a cat", "location": location, "photo_url": photo})).is(200).id())
    .collect();
    atlas.post(&format!("/cats/{cat}/link-sightings"), &json!({ "entry_ids": ids })).is(200);
    let profile = atlas.get(&format!("/cats/{cat}/profile/enhanced")).is(200).json();
    assert_eq!(profile["cat"]["primaryPhoto"], "https://e.invalid/2.jpg");
    assert_eq!(
        [&profile["stats"]["totalSightings"], &profile["stats"]["photoCount"], &profile["stats"]["uniqueLocations"]],
        [&json!(6), &json!(2), &json!(4)]
    );
    assert_eq!(profile["stats"]["mostFrequentLocation"], "Park");
    let recent: Vec<i64> = profile["recentSightings"].as_array().unwrap().iter().map(|row| row["id"].as_i64().unwrap()).collect();
    assert_eq!(recent, ids.iter().rev().take(5).copied().collect::<Vec<_>>());
    let places: Vec<&str> = profile["locationSummary"].as_array().unwrap().iter().map(|row| row["location"].as_str().unwrap()).collect();
    assert_eq!(places, ["Park", "Dock", "Quay", "park"]);
}
