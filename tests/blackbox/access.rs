//! What visitors, members, caretakers and admins may do in an atlas, told as stories. `api/roles` walks every route.

use serde_json::{Value, json};

use crate::support::{Atlas, Folder, Nominatim};

fn community() -> Atlas {
    Atlas::serve_with(Folder::new(), &["--access", "community"])
}

#[test]
fn in_a_community_a_visitor_logs_and_comments_and_changes_nothing() {
    let atlas = community();
    let caretaker = atlas.person("care", "caretaker");
    let cat = caretaker.cat("Mina");
    let entry = atlas.sighting("a cat");
    let comment = atlas.post(&format!("/cats/{cat}/comments"), &json!({"author_name": "Jo", "content": "hello"})).is(201).json();
    assert!(comment.get("created_by").is_none(), "nobody was signed in: {comment}");
    atlas.call(&format!("/entries/{entry}/analyze")).is(200);
    for (method, path, json) in [
        ("POST", format!("/entries/{entry}/favorite"), Value::Null),
        ("POST", format!("/entries/{entry}/assign/{cat}"), Value::Null),
        ("PATCH", format!("/entries/{entry}"), json!({"text": "no cat"})),
        ("DELETE", format!("/entries/{entry}"), Value::Null),
        ("POST", "/cats".to_owned(), json!({"name": "Mo"})),
        ("PATCH", format!("/cats/{cat}"), json!({"name": "Mo"})),
        ("POST", format!("/cats/{cat}/link-sightings"), json!({"entry_ids": [entry]})),
        ("DELETE", format!("/cats/{cat}/comments/{}", comment["id"]), Value::Null),
    ] {
        let answer = atlas.request(method, &path, &[], &json).is(401).has_code("SIGN_IN_NEEDED");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
    }
    assert_eq!(atlas.get(&format!("/entries/{entry}")).json()["text"], "a cat");
}

#[test]
fn a_member_changes_what_is_theirs_and_a_caretaker_everything() {
    let atlas = community();
    let [mina, mo] = ["mina", "mo"].map(|name| atlas.person(name, "member"));
    let caretaker = atlas.person("care", "caretaker");
    let [hers, his, nobodys] = [mina.sighting("hers"), mo.sighting("his"), atlas.sighting("nobody's")];
    assert_eq!(atlas.get(&format!("/entries/{hers}")).json()["created_by"], mina.id);
    let cat = mina.cat("Mina");
    for (path, status) in [(hers, 200), (his, 403), (nobodys, 403), (999, 404)] {
        mina.call(&format!("/entries/{path}/favorite")).is(status);
        mina.call(&format!("/entries/{path}/assign/{cat}")).is(status);
        mina.patch(&format!("/entries/{path}"), &json!({"nickname": "Mina"})).is(status);
    }
    mina.call(&format!("/entries/{his}/favorite")).is(403).has_code("NOT_YOURS");
    mo.patch(&format!("/cats/{cat}"), &json!({"name": "Mo"})).is(403).has_code("NOT_YOURS");
    for id in [his, nobodys] {
        caretaker.call(&format!("/entries/{id}/favorite")).is(200);
        caretaker.call(&format!("/entries/{id}/assign/{cat}")).is(200);
    }
    caretaker.patch(&format!("/cats/{cat}"), &json!({"name": "Mo"})).is(200);
    mo.delete(&format!("/entries/{hers}")).is(403);
    mina.delete(&format!("/entries/{hers}")).is(204);
}

#[test]
fn a_list_with_one_sighting_of_others_links_none() {
    let atlas = community();
    let [mina, mo] = ["mina", "mo"].map(|name| atlas.person(name, "member"));
    let [hers, his] = [mina.sighting("hers"), mo.sighting("his")];
    let cat = mina.cat("Mina");
    let both = json!({"entry_ids": [hers, his, 99]});
    mina.post(&format!("/cats/{cat}/link-sightings"), &both).is(403).has_code("NOT_YOURS");
    mina.post("/cats/from-sightings", &both).is(403).has_code("NOT_YOURS");
    assert_eq!(atlas.get("/entries?unassigned=true").ids(), [his, hers]);
    assert_eq!(atlas.get("/cats").ids(), [cat], "no cat was made either");
    mina.post("/cats/from-sightings", &json!({"entry_ids": [hers, 99]})).is(200);
}

#[test]
fn in_a_private_atlas_everything_but_the_door_is_closed() {
    let atlas = Atlas::serve_with(Folder::new(), &["--access", "private"]);
    let mina = atlas.person("mina", "member");
    let entry = mina.sighting("a cat");
    for path in ["/entries", "/cats", &format!("/entries/{entry}"), "/entries?q=cat", "/entries/by-area?lat=1&lon=1", "/cats/1/comments"] {
        atlas.get(path).is(401).has_code("SIGN_IN_NEEDED");
        assert_ne!(mina.get(path).status, 401);
    }
    atlas.post("/entries", &json!({"text": "a cat"})).is(401);
    for path in ["/", "/health", "/health/live", "/robots.txt"] {
        atlas.get(path).is(200);
    }
}

#[test]
fn who_may_not_is_told_so_before_anything_else() {
    let atlas = community();
    let mina = atlas.person("mina", "member");
    atlas.patch("/entries/1", &json!({"text": 7})).is(401);
    atlas.delete("/entries/none").is(401);
    mina.patch("/entries/1", &json!({"text": 7})).is(422);
    mina.get("/admin/audit?limit=x").is(403).has_code("NOT_ALLOWED");
    let large = "x".repeat(1_500_000);
    atlas.post("/cats", &json!({ "name": large })).is(401);
}

#[test]
fn an_open_atlas_warns_unless_it_is_for_this_machine_alone() {
    let warns = |arguments: &[&str]| {
        let folder = Folder::new();
        // An address of documentation, which no machine has: it warns, and then cannot listen.
        let ended = folder.run(&[&["serve", "--database", folder.database().to_str().unwrap(), "--port", "0"], arguments].concat()).fails();
        ended.stderr.contains("--access open lets everybody")
    };
    assert!(warns(&["--host", "192.0.2.1", "--access", "open"]));
    assert!(!warns(&["--host", "192.0.2.1"]));
    let mut atlas = Atlas::empty();
    assert!(!atlas.program().stderr().contains("--access open lets everybody"));
}

#[test]
fn a_place_that_stands_is_moved_by_those_who_may_change_the_sighting() {
    let park = Nominatim::that_knows_a_park();
    let atlas = Atlas::serve_with(Folder::new(), &["--access", "community", "--geocoder-url", &park.url, "--geocoder-interval-ms", "1"]);
    let mina = atlas.person("mina", "member");
    let entry =
        mina.post("/entries", &json!({"text": "a cat", "location": "Mill Lane", "location_lat": 1, "location_lon": 2})).is(200).id();
    let look_up = format!("/entries/{entry}/normalize-location");
    atlas.call(&look_up).is(401).has_code("SIGN_IN_NEEDED");
    atlas.person("mo", "member").call(&look_up).is(403).has_code("NOT_YOURS");
    assert_eq!(atlas.get(&format!("/entries/{entry}")).json()["location_lat"], 1.0);
    assert_eq!(mina.call(&look_up).is(200).json()["status"], "success");
    atlas.call(&format!("{look_up}?force=true")).is(401);
    assert_eq!(atlas.call(&look_up).is(200).json()["status"], "already_normalized");
    let unplaced = atlas.post("/entries", &json!({"text": "a cat", "location": "Mill Lane"})).is(200).id();
    assert_eq!(atlas.call(&format!("/entries/{unplaced}/normalize-location")).is(200).json()["status"], "success");
}
