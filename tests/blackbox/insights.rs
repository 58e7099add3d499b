//! Insights: kept for each cat, mode, question and what is known, and made anew when one of them changes.

use serde_json::{Value, json};

use crate::support::Atlas;

/// An atlas with cat 1 and two sightings.
#[track_caller]
fn atlas() -> Atlas {
    let atlas = Atlas::empty();
    let cat = atlas.cat("Mina");
    atlas.sighting_of(cat, "a limping cat by the bakery");
    atlas.sighting_of(cat, "a hungry cat, looks thin");
    atlas
}

#[track_caller]
fn ask(atlas: &Atlas, body: &Value) -> Value {
    atlas.post("/cats/1/insights", body).is(200).json()
}

#[test]
fn the_same_question_is_answered_from_what_is_stored() {
    let atlas = atlas();
    for body in [json!({"mode": "care"}), json!({"mode": "risk", "question": "Is she hurt?"})] {
        let first = ask(&atlas, &body);
        assert_eq!(ask(&atlas, &body), first);
    }
}

#[test]
fn another_question_is_another_insight() {
    let atlas = atlas();
    let plain = ask(&atlas, &json!({"mode": "care"}));
    let hurt = ask(&atlas, &json!({"mode": "care", "question": "Is she hurt?"}));
    let hungry = ask(&atlas, &json!({"mode": "care", "question": "Is she hungry?"}));
    let mut times: Vec<&Value> = [&plain, &hurt, &hungry].map(|insight| &insight["generatedAt"]).to_vec();
    times.dedup();
    assert_eq!(times.len(), 3, "each question was answered for itself");
    assert_eq!(ask(&atlas, &json!({"mode": "care", "question": "Is she hurt?"})), hurt);
    assert_eq!(ask(&atlas, &json!({"mode": "care"})), plain);
}

#[test]
fn a_blank_question_is_no_question() {
    let atlas = atlas();
    let plain = ask(&atlas, &json!({"mode": "care"}));
    for blank in [json!(null), json!(""), json!(" \u{3000}\n")] {
        assert_eq!(ask(&atlas, &json!({"mode": "care", "question": blank})), plain);
    }
    let asked = ask(&atlas, &json!({"mode": "care", "question": "Why?"}));
    assert_eq!(ask(&atlas, &json!({"mode": "care", "question": "  Why? "})), asked);
}

#[test]
fn a_new_sighting_makes_a_new_insight() {
    let atlas = atlas();
    let first = ask(&atlas, &json!({"mode": "update"}));
    let entry = atlas.sighting_of(1, "she coughs now");
    let second = ask(&atlas, &json!({"mode": "update"}));
    assert_ne!(first["generatedAt"], second["generatedAt"]);
    assert_eq!(second["citations"][0]["entry_id"], entry);
    assert_eq!(second["flags"].as_array().unwrap().len(), 3, "limp, thin, cough: {second}");
}

#[test]
fn confidence_grows_with_the_sightings_to_a_bound() {
    let atlas = Atlas::empty();
    atlas.cat("Mina");
    let refused = atlas.post("/cats/1/insights", &json!({"mode": "profile"})).is(400).in_error_shape();
    assert!(refused.json()["detail"].is_string());
    for expected in [0.4, 0.51, 0.59, 0.67, 0.75, 0.83, 0.85, 0.85] {
        atlas.sighting_of(1, "a cat");
        let insight = ask(&atlas, &json!({"mode": "profile"}));
        assert_eq!(insight["confidence"].as_f64(), Some(expected), "{insight}");
        assert_eq!([&insight["prompt_version"], &insight["mode"], &insight["cat_id"]], [&json!("v1"), &json!("profile"), &json!(1)]);
        assert_eq!(insight["flags"], json!([]));
        assert!(insight["citations"].as_array().unwrap().len() <= 5);
    }
}

#[test]
fn the_profile_says_which_insights_are_stored() {
    let atlas = atlas();
    let status = || atlas.get("/cats/1/profile/enhanced").is(200).json()["insightStatus"].clone();
    assert_eq!(status(), json!({"hasProfile": false, "hasCare": false, "hasUpdate": false, "hasRisk": false, "lastUpdated": null}));
    ask(&atlas, &json!({"mode": "care", "question": "Is she hurt?"}));
    let last = ask(&atlas, &json!({"mode": "risk"}));
    assert_eq!(
        status(),
        json!({"hasProfile": false, "hasCare": true, "hasUpdate": false, "hasRisk": true, "lastUpdated": last["generatedAt"]})
    );
}
