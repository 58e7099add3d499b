//! A sighting that is sent twice under one key is logged once.

use std::borrow::Borrow;
use std::fs;

use serde_json::{Value, json};

use crate::support::{Answer, Atlas, FORM, Folder, Form, fixture};

fn log<F: Borrow<Folder>>(atlas: &Atlas<F>, key: &str, draft: &Value) -> Answer {
    atlas.request("POST", "/entries", &[("idempotency-key", key)], draft)
}

#[test]
fn the_same_request_again_is_answered_with_the_same_sighting() {
    let atlas = Atlas::empty();
    let draft = json!({"text": "a cat on the wall"});
    let first = log(&atlas, "6f1c", &draft).is(200).json();
    assert_eq!(log(&atlas, "6f1c", &draft).is(200).json(), first);
    assert_eq!(atlas.count(), 1);
    log(&atlas, "6f1d", &draft).is(200);
    atlas.post("/entries", &draft).is(200);
    assert_eq!(atlas.count(), 3, "another key is another sighting, and none is no key");
}

#[test]
fn a_key_outlives_the_program() {
    let folder = Folder::new();
    let draft = json!({"text": "a cat on the wall"});
    let atlas = folder.serve();
    let id = log(&atlas, "6f1c", &draft).is(200).id();
    atlas.stop();
    let atlas = folder.serve();
    assert_eq!(log(&atlas, "6f1c", &draft).is(200).id(), id);
    assert_eq!(atlas.count(), 1);
}

#[test]
fn many_at_once_under_one_key_log_one_sighting() {
    let atlas = Atlas::empty();
    let ids: Vec<i64> = std::thread::scope(|scope| {
        let senders: Vec<_> = (0..8).map(|_| scope.spawn(|| log(&atlas, "6f1c", &json!({"text": "a cat"})).is(200).id())).collect();
        senders.into_iter().map(|sender| sender.join().unwrap()).collect()
    });
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert_eq!(atlas.count(), 1);
}

#[test]
fn another_sighting_under_a_used_key_is_a_conflict_and_nothing_is_lost_silently() {
    let atlas = Atlas::empty();
    let caretaker = atlas.person("care", "caretaker");
    let id = log(&atlas, "6f1c", &json!({"text": "a cat"})).is(200).id();
    let refused = log(&atlas, "6f1c", &json!({"text": "another cat"})).is(409).json();
    assert_eq!(refused["detail"]["code"], "IDEMPOTENCY_KEY_REUSED");
    caretaker.delete(&format!("/entries/{id}")).is(204);
    assert_eq!(log(&atlas, "6f1c", &json!({"text": "a cat"})).is(410).json()["detail"]["code"], "ENTRY_GONE");
    assert_eq!(atlas.count(), 0);
}

#[test]
fn a_refused_sighting_uses_no_key_up() {
    let atlas = Atlas::empty();
    log(&atlas, "6f1c", &json!({"text": " "})).is(400);
    log(&atlas, "6f1c", &json!({"text": "a cat"})).is(200);
    for unfit in ["", "two words", &"x".repeat(256)] {
        assert_eq!(log(&atlas, unfit, &json!({"text": "a cat"})).is(400).json()["detail"]["code"], "IDEMPOTENCY_KEY_UNFIT");
    }
    assert_eq!(atlas.count(), 1);
}

#[test]
fn a_sighting_with_its_photo_is_logged_once_too() {
    let atlas = Atlas::empty();
    let photo = fs::read(fixture("photos/chelsea.webp")).unwrap();
    let send = |text: &str| {
        let form = Form::new().text("text", text).file("image", &photo).end();
        atlas.upload("/entries/with-image", &[("idempotency-key", "6f1c"), ("content-type", FORM)], &form)
    };
    let first = send("a cat").is(200).json();
    let again = send("a cat").is(200).json();
    assert_eq!((&first["id"], &first["photo_url"]), (&again["id"], &again["photo_url"]));
    send("another cat").is(409);
    assert_eq!(atlas.count(), 1);
}
