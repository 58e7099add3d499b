//! The record of what was done by whom: complete, for admins, and only ever added to.

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::support::{Atlas, Folder, Person};

/// Who did what to which, oldest first.
#[track_caller]
fn record(admin: &Person) -> Vec<String> {
    let lines = admin.get("/admin/audit").is(200).json();
    let told = |line: &Value| {
        format!(
            "{} {} {} {}",
            line["actor"].as_str().unwrap(),
            line["deed"].as_str().unwrap(),
            line["object"].as_str().unwrap(),
            line["object_id"]
        )
    };
    lines.as_array().unwrap().iter().rev().map(told).collect()
}

#[test]
fn every_privileged_act_is_on_record_with_who_did_it() {
    let atlas = Atlas::serve_with(Folder::new(), &["--access", "community"]);
    let (admin, mina) = (atlas.person("ada", "admin"), atlas.person("mina", "member"));
    let begin = record(&admin).len();
    let (visitors, hers, other, cat) = (atlas.sighting("a cat"), mina.sighting("hers"), mina.sighting("other"), mina.cat("Mina"));
    let comment = atlas.post(&format!("/cats/{cat}/comments"), &json!({"author_name": "Jo", "content": "hello"})).is(201).id();
    mina.patch(&format!("/entries/{hers}"), &json!({"nickname": "Mina"})).is(200);
    mina.call(&format!("/entries/{hers}/favorite")).is(200);
    mina.call(&format!("/entries/{hers}/assign/{cat}")).is(200);
    mina.post(&format!("/cats/{cat}/link-sightings"), &json!({"entry_ids": [hers, other]})).is(200);
    mina.post("/cats/from-sightings", &json!({"entry_ids": [other]})).is(200);
    mina.call(&format!("/entries/{hers}/not-same/{other}")).is(200);
    mina.delete(&format!("/entries/{hers}/not-same/{other}")).is(204);
    mina.patch(&format!("/cats/{cat}"), &json!({"name": "Mo"})).is(200);
    let token = mina.post("/auth/tokens", &json!({"name": "script", "scopes": ["read"]})).is(201).id();
    mina.delete(&format!("/auth/tokens/{token}")).is(204);
    admin.delete(&format!("/cats/{cat}/comments/{comment}")).is(204);
    admin.delete(&format!("/entries/{visitors}")).is(204);
    admin.delete(&format!("/cats/{cat}")).is(204);
    mina.call(&format!("/entries/{visitors}/favorite")).is(404);
    mina.patch("/entries/999", &json!({})).is(404);
    atlas.folder().user(&["role", "mina", "caretaker"], "").succeeds();
    atlas.folder().user(&["passwd", "mina"], "five mice in a row").succeeds();
    atlas.folder().user(&["disable", "mina"], "").succeeds();
    let second = cat + 1;
    let expected = [
        format!("mina add cat {cat}"),
        format!("mina edit entry {hers}"),
        format!("mina favor entry {hers}"),
        format!("mina link entry {hers}"),
        format!("mina link cat {cat}"),
        format!("mina add cat {second}"),
        format!("mina tell apart entry {hers}"),
        format!("mina no longer tell apart entry {hers}"),
        format!("mina rename cat {cat}"),
        format!("mina make token {token}"),
        format!("mina take back token {token}"),
        format!("ada delete comment {comment}"),
        format!("ada delete entry {visitors}"),
        format!("ada delete cat {cat}"),
        format!("shell change role account {}", mina.id),
        format!("shell set password account {}", mina.id),
        format!("shell disable account {}", mina.id),
    ];
    assert_eq!(record(&admin)[begin..], expected);
    let lines = admin.get("/admin/audit").json();
    let of = |deed: &str| lines.as_array().unwrap().iter().find(|line| line["deed"] == deed).unwrap().clone();
    assert_eq!([&of("edit")["details"]["fields"], &of("edit")["actor_id"]], [&json!(["nickname"]), &json!(mina.id)]);
    assert_eq!(of("change role")["details"], json!({"from": "member", "to": "caretaker"}));
    assert_eq!(of("disable")["actor_id"], Value::Null);
}

#[test]
fn how_accounts_came_and_stolen_tokens_are_on_record() {
    let atlas = Atlas::serve_with(Folder::new(), &["--enable-registration"]);
    let admin = atlas.person("ada", "admin");
    let mina = Person::of(&atlas, &atlas.post("/auth/register", &json!({"username": "mina", "password": "four mice in a row"})).is(201));
    let said = atlas.folder().user(&["invite"], "").succeeds().stdout;
    let invite = said.trim().rsplit_once("#invite=").unwrap().1;
    atlas.post("/auth/register", &json!({"username": "mo", "password": "four mice in a row", "invite": invite})).is(201);
    let refresh = || atlas.post("/auth/refresh", &json!({ "refresh_token": mina.refresh_token }));
    refresh().is(200);
    refresh().is(401);
    let record = record(&admin);
    assert_eq!(record[..2], ["shell add account 1", "mina register account 2"]);
    assert!(record[2].starts_with("shell invite invite") && record[3] == "mo register account 3", "{record:?}");
    assert!(record[4].starts_with("mina reuse refresh token session"), "{record:?}");
}

#[test]
fn what_anybody_may_do_is_not_on_record() {
    let atlas = Atlas::empty();
    let admin = atlas.person("ada", "admin");
    let begin = record(&admin).len();
    let entry = atlas.sighting("a cat");
    atlas.call(&format!("/entries/{entry}/favorite")).is(200);
    let cat = atlas.cat("Mina");
    atlas.call(&format!("/entries/{entry}/assign/{cat}")).is(200);
    admin.sighting("another");
    admin.get("/entries").is(200);
    assert_eq!(record(&admin).len(), begin);
}

#[test]
fn a_refused_deed_is_not_on_record() {
    let atlas = Atlas::serve_with(Folder::new(), &["--access", "community"]);
    let (admin, mina) = (atlas.person("ada", "admin"), atlas.person("mina", "member"));
    let begin = record(&admin).len();
    let entry = atlas.sighting("a cat");
    mina.delete(&format!("/entries/{entry}")).is(403);
    mina.patch(&format!("/entries/{entry}"), &json!({"text": " "})).is(400);
    mina.delete("/auth/tokens/999").is(404);
    assert_eq!(record(&admin).len(), begin);
}

#[test]
fn the_record_comes_in_pages_the_newest_first() {
    let atlas = Atlas::empty();
    let admin = atlas.person("ada", "admin");
    for number in 0..7 {
        admin.cat(&format!("cat {number}"));
    }
    let (mut path, mut ids) = ("/admin/audit?limit=3".to_owned(), Vec::new());
    loop {
        let page = admin.get(&path).is(200);
        ids.extend(page.ids());
        match page.next() {
            Some(next) => path = next,
            None => break,
        }
    }
    assert_eq!(ids, (1..=8).rev().collect::<Vec<_>>());
    admin.get("/admin/audit?limit=0").is(422);
}

#[test]
fn nothing_on_record_is_changed_or_taken_away() {
    let atlas = Atlas::empty();
    atlas.person("ada", "admin");
    let database = Connection::open(atlas.database()).unwrap();
    let lines = || database.query_row("SELECT count(*) || max(actor) FROM audit", [], |row| row.get::<_, String>(0)).unwrap();
    let before = lines();
    for sql in [
        "UPDATE audit SET actor = 'nobody'",
        "UPDATE audit SET details = 'null' WHERE id = 1",
        "DELETE FROM audit",
        "DELETE FROM audit WHERE id = 1",
        "REPLACE INTO audit (id, at, actor, deed, object, details) VALUES (1, '', 'nobody', '', '', 'null')",
        "INSERT INTO audit (id, at, actor, deed, object, details) VALUES (1, '', 'x', '', '', 'null') ON CONFLICT (id) DO UPDATE SET actor = 'x'",
    ] {
        let error = database.execute(sql, []).unwrap_err().to_string();
        assert!(error.contains("only ever added to"), "{sql}: {error}");
    }
    assert_eq!(lines(), before);
}
