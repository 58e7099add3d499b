//! Features that can be switched, by whom, and what those see who do not have them.

use serde_json::{Value, json};

use crate::support::{Atlas, Folder, wait_for};

#[track_caller]
fn granted(atlas: &Atlas) -> Value {
    atlas.get("/flags").is(200).json()
}

#[test]
fn environments_have_the_flags_of_the_plan() {
    for (environment, profiles) in [("development", true), ("staging", true), ("production", false)] {
        let atlas = Atlas::serve_with(Folder::new(), &["--environment", environment]);
        assert_eq!(granted(&atlas), json!({ "ai_analysis": true, "new_cat_profiles": profiles }), "{environment}");
    }
}

#[test]
fn settings_switch_a_feature_that_is_then_not_found() {
    let atlas = Atlas::serve_with(Folder::new(), &["--flags", "ai_analysis=off"]);
    assert_eq!(granted(&atlas)["ai_analysis"], false);
    let (id, cat) = (atlas.sighting("a cat"), atlas.cat("Mina"));
    atlas.call(&format!("/entries/{id}/analyze")).is(404).has_code("FEATURE_OFF");
    atlas.post(&format!("/cats/{cat}/insights"), &json!({ "mode": "care" })).is(404).has_code("FEATURE_OFF");
    atlas.get(&format!("/cats/{cat}/profile/enhanced")).is(200);
}

#[test]
fn admins_switch_features_and_the_record_says_so() {
    let atlas = Atlas::empty();
    atlas.get("/admin/flags").is(401);
    let (member, admin) = (atlas.person("mina", "member"), atlas.person("ada", "admin"));
    member.patch("/admin/flags", &json!({ "name": "ai_analysis", "percent": 0 })).is(403);
    let off = admin.patch("/admin/flags", &json!({ "name": "ai_analysis", "percent": 0 })).is(200).json();
    assert_eq!(off, json!({ "name": "ai_analysis", "state": "off", "percent": 0, "is_set": true }));
    assert_eq!(granted(&atlas)["ai_analysis"], false, "at once");
    let id = atlas.sighting("a cat");
    atlas.call(&format!("/entries/{id}/analyze")).is(404).has_code("FEATURE_OFF");
    admin.patch("/admin/flags", &json!({ "name": "ai_analysis", "percent": null })).is(200);
    atlas.call(&format!("/entries/{id}/analyze")).is(200);
    let record = admin.get("/admin/audit").is(200).json();
    let deeds: Vec<&Value> =
        record.as_array().unwrap().iter().filter(|line| line["deed"] == "switch").map(|line| &line["details"]).collect();
    assert_eq!(deeds[1], &json!({ "flag": "ai_analysis", "state": "off" }));
    assert_eq!(deeds[0]["state"], "as the environment has it");
    for (percent, wrong) in [(json!(101), "less_than_equal"), (json!(-1), "greater_than_equal"), (json!("x"), "int_parsing")] {
        let answer = admin.patch("/admin/flags", &json!({ "name": "ai_analysis", "percent": percent })).is(422);
        assert_eq!(answer.first_problem()["type"], wrong);
    }
    admin.patch("/admin/flags", &json!({ "name": "purple" })).is(422);
}

#[test]
fn the_shell_switches_features_while_the_server_runs() {
    let folder = Folder::new();
    let atlas = folder.serve();
    let flag = |arguments: &[&str]| folder.run(&[&["flag", "--database", "atlas.db"], arguments].concat());
    flag(&["set", "new_cat_profiles", "off"]).succeeds();
    let has = || atlas.get("/flags").is(200).json()["new_cat_profiles"] == true;
    wait_for("the server to see it", || (!has()).then_some(()));
    assert!(flag(&["list"]).succeeds().stdout.contains("new_cat_profiles    off"));
    flag(&["unset", "new_cat_profiles"]).succeeds();
    wait_for("the server to see that, too", || has().then_some(()));
    let refused = flag(&["set", "new_cat_profiles", "101%"]).fails();
    assert!(refused.stderr.contains("percentage"), "{refused:#?}");
    flag(&["set", "purple", "on"]).fails();
    let record = atlas.person("ada", "admin").get("/admin/audit").json();
    assert!(record.as_array().unwrap().iter().any(|line| line["deed"] == "switch" && line["actor"] == "shell"), "{record}");
}

#[test]
fn a_percentage_is_stable_for_an_address_and_for_an_account() {
    let atlas = Atlas::serve_with(Folder::new(), &["--flags", "new_cat_profiles=50%", "--trusted-proxies", "127.0.0.1"]);
    let has = |address: &str| atlas.ask("GET", "/flags", &[("x-forwarded-for", address)]).is(200).json()["new_cat_profiles"] == true;
    let first: Vec<bool> = (1..=60).map(|number| has(&format!("203.0.113.{number}"))).collect();
    let again: Vec<bool> = (1..=60).map(|number| has(&format!("203.0.113.{number}"))).collect();
    assert_eq!(first, again);
    let share = first.iter().filter(|has| **has).count();
    assert!((15..=45).contains(&share), "{share} of 60");
    let person = atlas.person("mina", "member");
    let own = |address: &str| {
        let token = format!("Bearer {}", person.access_token);
        atlas.ask("GET", "/flags", &[("x-forwarded-for", address), ("authorization", &token)]).is(200).json()
    };
    assert!((1..=20).all(|number| own(&format!("203.0.113.{number}")) == own("203.0.113.1")), "an account is the same wherever it is");
}

#[test]
fn a_switch_survives_a_restart() {
    let folder = Folder::new();
    let atlas = folder.serve();
    let admin = atlas.person("ada", "admin");
    admin.patch("/admin/flags", &json!({ "name": "new_cat_profiles", "percent": 0 })).is(200);
    atlas.stop().succeeds();
    assert_eq!(folder.serve().get("/flags").is(200).json()["new_cat_profiles"], false, "from the first request on");
}
