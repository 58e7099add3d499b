//! Having an account: the first one, invites, registration, names and passwords.

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::support::{Atlas, Folder, PASSWORD, Person, dump, problem};

const COMMUNITY: [&str; 2] = ["--access", "community"];

/// The token of the set-up link that was printed last.
#[track_caller]
fn set_up_token(stderr: &str) -> String {
    let (_, rest) = stderr.rsplit_once("#set-up=").unwrap_or_else(|| panic!("no link: {stderr}"));
    rest.split_whitespace().next().unwrap().to_owned()
}

fn wish(name: &str) -> Value {
    json!({ "username": name, "password": PASSWORD })
}

fn with(mut wish: Value, name: &str, value: &str) -> Value {
    wish[name] = json!(value);
    wish
}

#[test]
fn the_first_start_prints_a_link_that_makes_an_admin_and_works_once() {
    let folder = Folder::new();
    let mut atlas = Atlas::serve_with(&folder, &COMMUNITY);
    let stderr = atlas.program().stderr();
    let token = set_up_token(&stderr);
    assert!(stderr.contains(&format!("{}/#set-up={token}", atlas.url)), "{stderr}");
    assert_eq!(atlas.program().stdout().lines().count(), 1, "scripts read one line");

    atlas.post("/auth/setup", &with(wish("mina"), "token", "0123")).is(403).has_code("INVITE_INVALID");
    atlas.post("/auth/register", &with(wish("mina"), "invite", &token)).is(403).has_code("INVITE_INVALID");
    let mina = Person::of(&atlas, &atlas.post("/auth/setup", &with(wish("mina"), "token", &token)).is(201));
    assert_eq!(mina.get("/auth/me").is(200).json()["role"], "admin");
    atlas.post("/auth/setup", &with(wish("mo"), "token", &token)).is(403).has_code("INVITE_INVALID");
    atlas.stop().succeeds();

    let mut atlas = Atlas::serve_with(&folder, &COMMUNITY);
    assert!(!atlas.program().stderr().contains("#set-up"), "an account is there");
}

#[test]
fn each_start_without_an_account_makes_the_link_before_it_worthless() {
    let folder = Folder::new();
    let mut atlas = folder.serve();
    let first = set_up_token(&atlas.program().stderr());
    atlas.stop().succeeds();
    let mut atlas = folder.serve();
    let second = set_up_token(&atlas.program().stderr());
    assert_ne!(first, second);
    atlas.post("/auth/setup", &with(wish("mina"), "token", &first)).is(403);
    folder.user(&["add", "mo"], PASSWORD).succeeds();
    atlas.post("/auth/setup", &with(wish("mina"), "token", &second)).is(403).has_code("INVITE_INVALID");
}

#[test]
fn without_an_invite_nobody_registers_unless_that_is_open_to_all() {
    let atlas = Atlas::empty();
    atlas.post("/auth/register", &wish("mina")).is(403).has_code("REGISTRATION_CLOSED");
    let atlas = Atlas::serve_with(Folder::new(), &["--enable-registration"]);
    let mina = Person::of(&atlas, &atlas.post("/auth/register", &wish("Mina")).is(201));
    let me = mina.get("/auth/me").is(200).json();
    assert_eq!([&me["username"], &me["role"], &me["id"]], [&json!("Mina"), &json!("member"), &json!(mina.id)]);
    assert_eq!([&me["may"]["edit"], &me["may"]["audit"]], [&json!("own"), &json!("no")]);
    atlas.post("/auth/register", &wish("mina")).is(409).has_code("USERNAME_TAKEN");
    atlas.login("MINA", PASSWORD).is(200);
}

#[test]
fn an_invite_makes_one_account_of_its_role() {
    let atlas = Atlas::empty();
    let said = atlas.folder().user(&["invite", "--role", "caretaker", "--public-url", "https://cats.example.org/"], "").succeeds().stdout;
    let (_, rest) = said.split_once("https://cats.example.org/#invite=").unwrap_or_else(|| panic!("no link: {said}"));
    let invite = rest.trim();
    atlas.post("/auth/setup", &with(wish("mina"), "token", invite)).is(403);
    let mina = Person::of(&atlas, &atlas.post("/auth/register", &with(wish("mina"), "invite", invite)).is(201));
    assert_eq!(mina.get("/auth/me").is(200).json()["role"], "caretaker");
    atlas.post("/auth/register", &with(wish("mo"), "invite", invite)).is(403).has_code("INVITE_INVALID");
}

#[test]
fn an_invite_that_is_refused_for_its_name_can_still_be_used() {
    let atlas = Atlas::empty();
    atlas.person("mina", "member");
    let said = atlas.folder().user(&["invite"], "").succeeds().stdout;
    let invite = said.trim().rsplit_once("#invite=").unwrap().1.to_owned();
    atlas.post("/auth/register", &with(wish("Mina"), "invite", &invite)).is(409);
    atlas.post("/auth/register", &with(wish("mo"), "invite", &invite)).is(201);
}

#[test]
fn an_invite_whose_time_is_over_is_refused() {
    let atlas = Atlas::empty();
    let said = atlas.folder().user(&["invite"], "").succeeds().stdout;
    let invite = said.trim().rsplit_once("#invite=").unwrap().1.to_owned();
    let database = Connection::open(atlas.database()).unwrap();
    database.execute("UPDATE invites SET expiresAt = '2026-01-01T00:00:00.000000Z' WHERE is_set_up = 0", []).unwrap();
    atlas.post("/auth/register", &with(wish("mo"), "invite", &invite)).is(403).has_code("INVITE_INVALID");
}

#[test]
fn of_many_who_show_one_invite_at_once_one_gets_in() {
    let atlas = Atlas::empty();
    let said = atlas.folder().user(&["invite"], "").succeeds().stdout;
    let invite = said.trim().rsplit_once("#invite=").unwrap().1.to_owned();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let ask = |name: String| atlas.post("/auth/register", &with(wish(&name), "invite", &invite)).status;
        let asking: Vec<_> = (0..8).map(|number| scope.spawn(move || ask(format!("cat{number}")))).collect();
        asking.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 403).count(), 7, "{statuses:?}");
}

#[test]
fn names_and_passwords_that_will_not_do_are_refused_together_and_no_password_is_echoed() {
    let atlas = Atlas::serve_with(Folder::new(), &["--enable-registration"]);
    let both = [problem("value_error", "body", "username"), problem("value_error", "body", "password")];
    for (username, password) in [("m", "short"), ("mína", "password"), ("-mina", "aaaaaaaaaaaa"), ("mi na", "MI NA"), ("..", "Password123")]
    {
        atlas.post("/auth/register", &json!({ "username": username, "password": password })).names(&both);
    }
    let long = "x".repeat(1000);
    let too_long = [problem("string_too_long", "body", "username"), problem("string_too_long", "body", "password")];
    let refused = atlas.post("/auth/register", &json!({ "username": long, "password": long })).names(&too_long);
    assert!(refused.json()["detail"][1].get("input").is_none(), "{}", refused.start());
    for password in [json!(7), json!(["secret"]), json!({"secret": 1})] {
        let refused = atlas.post("/auth/register", &json!({ "username": "mina", "password": password })).is(422);
        assert!(refused.first_problem().get("input").is_none(), "{}", refused.start());
    }
    let missing = [problem("missing", "body", "username"), problem("missing", "body", "password")];
    atlas.post("/auth/register", &json!({})).names(&missing);
    atlas.post("/auth/login", &json!({})).names(&missing);
    atlas.post("/auth/setup", &wish("mina")).names(&[problem("missing", "body", "token")]);
}

#[test]
fn nothing_that_lets_somebody_in_is_kept_as_it_is() {
    let atlas = Atlas::empty();
    let mina = atlas.person("mina", "member");
    let token =
        mina.post("/auth/tokens", &json!({"name": "script", "scopes": ["read"]})).is(201).json()["token"].as_str().unwrap().to_owned();
    let said = atlas.folder().user(&["invite"], "").succeeds().stdout;
    let invite = said.trim().rsplit_once("#invite=").unwrap().1.to_owned();
    let kept = format!("{:?}", dump(&atlas.database()));
    for (what, secret) in [("password", PASSWORD), ("API token", &token), ("invite", &invite), ("refresh token", &mina.refresh_token)] {
        assert!(!kept.contains(secret), "the {what} is in the database");
    }
    assert!(kept.contains("$argon2id$v=19$m=7168,t=5,p=1$"));
}
