//! Rate limits of those who are signed in: by who they are, wherever they are.

use serde_json::json;

use crate::support::{Answer, Atlas, Folder};

/// An atlas that takes three writes a minute, behind a proxy whose word on addresses counts. One comes back after twenty seconds.
fn atlas() -> Atlas {
    let arguments = ["--rate-limit-per-minute", "10", "--access", "community", "--trusted-proxies", "127.0.0.1/32"];
    Atlas::serve_with(Folder::new(), &arguments)
}

fn log_from(atlas: &Atlas, token: Option<&str>, address: &str) -> Answer {
    let bearer = token.map(|token| format!("Bearer {token}"));
    let mut headers = vec![("x-forwarded-for", address)];
    headers.extend(bearer.as_deref().map(|bearer| ("authorization", bearer)));
    atlas.request("POST", "/entries", &headers, &json!({ "text": "a cat" }))
}

/// Logs until no more is taken, which has to come.
#[track_caller]
fn use_up(mut log: impl FnMut(usize) -> Answer) {
    assert!((0..30).any(|number| log(number).status == 429), "thirty sightings in a row were taken");
}

#[test]
fn a_user_has_one_bucket_wherever_they_connect_from() {
    let atlas = atlas();
    let mina = atlas.person("mina", "member");
    use_up(|number| log_from(&atlas, Some(&mina.access_token), &format!("203.0.113.{number}")));
    log_from(&atlas, Some(&mina.access_token), "198.51.100.1").is(429);
}

#[test]
fn colleagues_behind_one_address_do_not_share() {
    let atlas = atlas();
    let [mina, mo] = ["mina", "mo"].map(|name| atlas.person(name, "member"));
    use_up(|_| log_from(&atlas, Some(&mina.access_token), "203.0.113.1"));
    log_from(&atlas, Some(&mo.access_token), "203.0.113.1").is(200);
    log_from(&atlas, None, "203.0.113.1").is(200);
}

#[test]
fn an_api_token_counts_as_whose_it_is() {
    let atlas = atlas();
    let mina = atlas.person("mina", "member");
    let token = mina.post("/auth/tokens", &json!({"name": "phone", "scopes": ["read", "write"]})).is(201).json();
    let token = token["token"].as_str().unwrap();
    use_up(|_| log_from(&atlas, Some(token), "203.0.113.1"));
    log_from(&atlas, Some(&mina.access_token), "203.0.113.2").is(429);
}

#[test]
fn tokens_that_are_worth_nothing_count_by_address() {
    let atlas = atlas();
    use_up(|number| log_from(&atlas, Some(&format!("made-up-{number}")), "203.0.113.9"));
}
