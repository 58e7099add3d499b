//! What admins do with the accounts of others, over HTTP.

use serde_json::json;

use crate::support::{Atlas, PASSWORD};

#[test]
fn an_admin_lists_accounts_gives_roles_and_closes_and_it_is_on_record() {
    let atlas = Atlas::empty();
    let ada = atlas.person("ada", "admin");
    let mina = atlas.person("mina", "member");
    let listed = ada.get("/admin/users").is(200).json();
    assert_eq!([&listed[0]["username"], &listed[0]["role"], &listed[1]["username"]], ["mina", "member", "ada"]);
    assert!(listed[0].get("password_hash").is_none());
    let path = format!("/admin/users/{}", mina.id);
    assert_eq!(ada.patch(&path, &json!({"role": "caretaker"})).is(200).json()["role"], "caretaker");
    assert_eq!(mina.get("/auth/me").is(200).json()["role"], "caretaker", "at once");
    assert!(ada.patch(&path, &json!({"disabled": true})).is(200).json()["disabledAt"].is_string());
    assert!(!mina.is_known());
    atlas.login("mina", PASSWORD).is(403).has_code("ACCOUNT_DISABLED");
    ada.patch(&path, &json!({"disabled": false})).is(200);
    atlas.login("mina", PASSWORD).is(200);
    let deeds = ada.get("/admin/audit").is(200).json();
    let told: Vec<&str> = deeds.as_array().unwrap().iter().map(|line| line["deed"].as_str().unwrap()).take(3).collect();
    assert_eq!(told, ["enable", "disable", "change role"]);
}

#[test]
fn a_change_that_changes_nothing_is_not_on_record() {
    let atlas = Atlas::empty();
    let (ada, mina) = (atlas.person("ada", "admin"), atlas.person("mina", "member"));
    let before = ada.get("/admin/audit").is(200).ids();
    ada.patch(&format!("/admin/users/{}", mina.id), &json!({"role": "member", "disabled": false})).is(200);
    ada.patch(&format!("/admin/users/{}", mina.id), &json!({})).is(200);
    assert_eq!(ada.get("/admin/audit").is(200).ids(), before);
}

#[test]
fn nobody_closes_their_own_account_nor_one_that_is_not_there() {
    let atlas = Atlas::empty();
    let ada = atlas.person("ada", "admin");
    ada.patch(&format!("/admin/users/{}", ada.id), &json!({"disabled": true})).is(409).has_code("OWN_ACCOUNT");
    ada.patch("/admin/users/999999", &json!({"disabled": true})).is(404).has_code("ACCOUNT_NOT_FOUND");
    ada.patch(&format!("/admin/users/{}", ada.id), &json!({"role": "king"})).is(422);
    assert!(ada.is_known());
}

#[test]
fn an_invite_of_an_admin_makes_one_account_of_its_role() {
    let atlas = Atlas::empty();
    let ada = atlas.person("ada", "admin");
    let invited = ada.post("/admin/invites", &json!({"role": "caretaker", "expires_in_days": 2})).is(201).json();
    let register = |name: &str| atlas.post("/auth/register", &json!({"username": name, "password": PASSWORD, "invite": invited["invite"]}));
    assert_eq!(register("mo").is(201).json()["account"]["role"], "caretaker");
    register("mina").is(403).has_code("INVITE_INVALID");
    let record = String::from_utf8(ada.get("/admin/audit").is(200).body).unwrap();
    assert!(!record.contains(invited["invite"].as_str().unwrap()), "the invite itself is nobody's business");
    for wrong in [json!({}), json!({"role": "visitor"}), json!({"role": "member", "expires_in_days": 0})] {
        ada.post("/admin/invites", &wrong).is(422);
    }
}

#[test]
fn members_keep_their_hands_off() {
    let atlas = Atlas::empty();
    let (mina, ada) = (atlas.person("mina", "caretaker"), atlas.person("ada", "admin"));
    mina.get("/admin/users").is(403).has_code("NOT_ALLOWED");
    mina.patch(&format!("/admin/users/{}", ada.id), &json!({"disabled": true})).is(403);
    mina.post("/admin/invites", &json!({"role": "admin"})).is(403);
    let token = ada.post("/auth/tokens", &json!({"name": "script", "scopes": ["admin"]})).is(201).json();
    let header = format!("Bearer {}", token["token"].as_str().unwrap());
    atlas.ask("GET", "/admin/users", &[("authorization", &header)]).is(403).has_code("SCOPE_MISSING");
}

#[test]
fn the_analyses_of_a_sighting_are_none_or_one() {
    let atlas = Atlas::empty();
    let id = atlas.sighting("A friendly ginger tom");
    assert_eq!(atlas.get(&format!("/entries/{id}/analyses")).is(200).json(), json!([]));
    let made = atlas.call(&format!("/entries/{id}/analyze")).is(200).json();
    assert_eq!(atlas.get(&format!("/entries/{id}/analyses")).is(200).json(), json!([made]));
}
