//! A corpus of attacks through every field of text: what is kept, listed and answered holds no markup that could run.

use serde_json::{Value, json};

use crate::support::{Atlas, Folder, Form};

fn attacks() -> Vec<String> {
    let attacks: Vec<String> = serde_json::from_str(include_str!("../fixtures/xss.json")).unwrap();
    assert!(attacks.len() >= 150);
    attacks
}

/// The shortest field takes 100 characters; a few attacks are longer, and go where there is room.
fn fits_a_name(attack: &str) -> bool {
    attack.chars().count() <= 90
}

fn atlas() -> Atlas {
    Atlas::serve_with(Folder::new(), &["--access", "open"])
}

/// The complete tags in a text, as a browser finds where each begins and ends.
fn tags(text: &str) -> impl Iterator<Item = &str> {
    let begins = |rest: &str| rest.starts_with(|next: char| next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?'));
    text.split('<').skip(1).filter(move |rest| begins(rest)).filter_map(|rest| rest.split_once('>').map(|(tag, _)| tag))
}

/// Plain text may hold what is no element, without attributes: the end of one that is gone (`</xss>`).
#[track_caller]
fn is_plain(kept: &Value, attack: &str) {
    let kept = kept.as_str().unwrap_or_default();
    for tag in tags(kept) {
        let name = tag.trim_start_matches('/').split([' ', '/', '\t', '\n']).next().unwrap().to_lowercase();
        let is_known =
            ["script", "img", "svg", "math", "style", "iframe", "object", "embed", "a", "b", "p", "form"].contains(&name.as_str());
        assert!(!is_known && !tag.contains('='), "{attack:?} is kept as {kept:?}");
    }
}

/// Rich text holds its eight elements, bare, and no tag that is left open.
#[track_caller]
fn is_rich(kept: &Value, attack: &str) {
    let kept = kept.as_str().unwrap_or_default();
    for tag in tags(&format!("{kept}</p>")) {
        let name = tag.trim_start_matches('/');
        assert!(["b", "i", "u", "em", "strong", "p", "br"].contains(&name), "{attack:?} is kept as {kept:?}");
    }
}

const PLACE: [&str; 4] = ["location", "location_street", "location_city", "location_country"];

#[test]
fn no_attack_survives_in_a_sighting() {
    let atlas = atlas();
    let caretaker = atlas.person("care", "caretaker");
    let fields = [&["text", "nickname"], &PLACE[..]].concat();
    for attack in attacks().into_iter().filter(|attack| fits_a_name(attack)) {
        let sent: Value = fields.iter().map(|field| ((*field).to_owned(), json!(attack))).collect();
        let whole = atlas.post("/entries", &sent);
        // Nothing is left of some.
        let entry = if whole.status == 400 { atlas.sighting("a cat") } else { whole.is(200).id() };
        let mut kept = vec![atlas.get(&format!("/entries/{entry}")).json()];
        let form = fields.iter().fold(Form::new(), |form, field| form.text(field, &attack));
        kept.push(atlas.post_form("/entries/with-image", form.text("text", format!("{attack} cat"))).json());
        kept.push(
            caretaker
                .patch(&format!("/entries/{entry}"), &json!({"text": format!("cat {attack}"), "location_city": attack}))
                .is(200)
                .json(),
        );
        for kept in &kept {
            for field in &fields {
                is_plain(&kept[*field], &attack);
            }
        }
    }
    let listed = atlas.get("/entries?limit=1000").is(200);
    assert_eq!(listed.header("content-type"), Some("application/json"));
    assert_eq!(listed.header("x-content-type-options"), Some("nosniff"));
    for entry in listed.json().as_array().unwrap() {
        for field in &fields {
            is_plain(&entry[*field], "a list");
        }
    }
}

#[test]
fn no_attack_survives_where_there_is_room_for_all_of_them() {
    let atlas = atlas();
    let cat = atlas.person("mina", "member").cat("Mina");
    for attack in attacks() {
        is_plain(&atlas.post("/entries", &json!({"text": format!("{attack} cat")})).is(200).json()["text"], &attack);
        let comment = json!({"author_name": "Jo", "content": format!("{attack} hello")});
        is_rich(&atlas.post(&format!("/cats/{cat}/comments"), &comment).is(201).json()["content"], &attack);
    }
}

#[test]
fn no_attack_survives_in_a_cat_or_what_is_said_of_it() {
    let atlas = atlas();
    let mina = atlas.person("mina", "member");
    for attack in attacks().into_iter().filter(|attack| fits_a_name(attack)) {
        let cat = mina.cat(&format!("{attack} Mina"));
        is_plain(&atlas.get(&format!("/cats/{cat}/profile")).is(200).json()["cat"]["name"], &attack);
        is_plain(&mina.patch(&format!("/cats/{cat}"), &json!({ "name": attack })).is(200).json()["name"], &attack);
        let comment = json!({"author_name": format!("{attack} Jo"), "content": format!("{attack} hello")});
        let comment = atlas.post(&format!("/cats/{cat}/comments"), &comment);
        let comment = comment.is(201).json();
        is_plain(&comment["author_name"], &attack);
        is_rich(&comment["content"], &attack);
        let listed = atlas.get(&format!("/cats/{cat}/comments")).is(200).json();
        assert_eq!(listed["comments"][0]["content"], comment["content"], "what is answered is what is kept");
    }
}

#[test]
fn no_attack_survives_in_what_an_account_names() {
    let atlas = atlas();
    let mina = atlas.person("mina", "member");
    for attack in attacks().iter().step_by(10) {
        let token = mina.post("/auth/tokens", &json!({"name": format!("{attack} phone"), "scopes": ["read"]}));
        is_plain(&token.is(201).json()["name"], attack);
        atlas.post("/auth/register", &json!({"username": attack, "password": "four mice in a row"})).is(422);
    }
}

#[test]
fn no_attack_is_echoed_as_anything_but_json() {
    let atlas = atlas();
    for attack in attacks().iter().step_by(5) {
        let escaped = attack.bytes().map(|byte| format!("%{byte:02x}")).collect::<Vec<_>>().concat();
        for path in
            [format!("/{escaped}"), format!("/entries/{escaped}"), format!("/entries?limit={escaped}"), format!("/photos/{escaped}")]
        {
            let answer = atlas.get(&path);
            assert!((400..500).contains(&answer.status), "{path}: {}", answer.status);
            assert_eq!(answer.header("content-type"), Some("application/json"), "{path}");
        }
    }
}
