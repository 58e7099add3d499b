//! Photos and the sightings that show them: made with one, given another, and swept when nobody shows them any more.

use std::borrow::Borrow;
use std::thread;

use rusqlite::Connection;
use rusqlite::types::Value as Cell;
use serde_json::{Value, json};

use crate::photos::{picture, upload};
use crate::support::{Answer, Atlas, FORM, Folder, Form, problem, rows, wait_for};

const DAY_US: i64 = 24 * 60 * 60 * 1_000_000;

#[track_caller]
fn replace(atlas: &Atlas<impl Borrow<Folder>>, id: &str, form: Form) -> Answer {
    atlas.send("PATCH", &format!("/entries/{id}/image"), Some((FORM, &form.end())))
}

#[track_caller]
fn shown(atlas: &Atlas<impl Borrow<Folder>>, name: &str) -> (i64, String) {
    let made = atlas.post_form("/entries/with-image", Form::new().text("text", "a cat").file("image", picture(name))).is(200);
    (made.id(), made.json()["photo_url"].as_str().unwrap().to_owned())
}

/// Since when the photos may be loose, by their addresses.
#[track_caller]
fn loose(folder: &Folder, url: &str) -> Option<i64> {
    let photos = rows(&folder.database(), "photos", &["hash".to_owned(), "loose_us".to_owned()]);
    let row = photos.into_iter().find(|row| row[0] == Cell::Text(url.rsplit('/').next().unwrap().to_owned())).expect("the photo");
    if let Cell::Integer(since) = row[1] { Some(since) } else { None }
}

#[test]
fn a_sighting_with_a_photo_is_a_sighting_with_its_address() {
    let atlas = Atlas::empty();
    let form = Form::new()
        .text("text", " Orange <b>tabby</b> ")
        .text("nickname", "Mina")
        .text("location", "elsewhere")
        .text("location_street", "Linden")
        .text("location_number", "5")
        .text("location_city", "Leipzig")
        .text("photo_url", "https://e.invalid/other.jpg")
        .file("image", picture("chelsea.png"));
    let made = atlas.post_form("/entries/with-image", form).is(200);
    let entry = atlas.get(&format!("/entries/{}", made.id())).is(200).json();
    for (field, value) in entry.as_object().unwrap() {
        assert_eq!(&made.json()[field], value, "{field}");
    }
    assert_eq!(entry["text"], "Orange tabby");
    assert_eq!(entry["location"], "Linden 5, Leipzig");
    assert_eq!(atlas.get("/entries?q=tabby").ids(), [made.id()]);
    let url = entry["photo_url"].as_str().unwrap();
    assert!(url.starts_with("/photos/"), "what was sent is what is shown: {url}");
    atlas.get(url).is(200);
}

#[test]
fn a_form_without_a_photo_makes_the_same_sighting_as_json() {
    let atlas = Atlas::empty();
    let json = atlas.post("/entries", &json!({"text": "a cat", "nickname": "", "photo_url": "https://e.invalid/a.jpg"})).is(200).json();
    let form = || Form::new().text("text", "a cat").text("nickname", "").text("photo_url", "https://e.invalid/a.jpg");
    let no_file_chosen = "content-disposition: form-data; name=\"image\"; filename=\"\"\r\ncontent-type: application/octet-stream";
    let encoded = b"text=a+cat&nickname=&photo_url=https%3A%2F%2Fe.invalid%2Fa.jpg";
    for answer in [
        atlas.post_form("/entries/with-image", form()),
        atlas.post_form("/entries/with-image", form().part(no_file_chosen, "")),
        atlas.post_form("/entries/with-image", form().text("image", "")),
        atlas.send("POST", "/entries/with-image", Some(("application/x-www-form-urlencoded", encoded))),
    ] {
        let mut made = answer.is(200).json();
        for own in ["id", "createdAt"] {
            made[own] = json[own].clone();
        }
        assert_eq!(made, json);
    }
}

#[test]
fn a_form_is_checked_as_json_is() {
    let atlas = Atlas::empty();
    let long = |length: usize| "x".repeat(length);
    for fields in [
        vec![],
        vec![("text", String::new())],
        vec![("text", " \n".to_owned())],
        vec![("text", "<b></b>".to_owned())],
        vec![("text", long(5001))],
        vec![("text", long(100_000))],
        vec![("nickname", long(101)), ("location", long(201)), ("photo_url", "javascript:alert(1)".to_owned())],
        vec![("location_country", long(101)), ("location_zip", long(21)), ("text", String::new()), ("location_number", long(21))],
        vec![("text", "a cat".to_owned()), ("location_city", long(101)), ("location_street", long(201))],
    ] {
        let json: serde_json::Map<String, Value> = fields.iter().map(|(name, text)| ((*name).to_owned(), json!(text))).collect();
        let form = fields.iter().fold(Form::new(), |form, (name, text)| form.text(name, text)).file("image", picture("chelsea.png"));
        let (as_json, as_form) = (atlas.post("/entries", &Value::Object(json)), atlas.post_form("/entries/with-image", form));
        let as_form = as_form.is(as_json.status).in_error_shape();
        assert_eq!(as_form.json()["detail"], as_json.json()["detail"], "{fields:?}");
    }
    assert_eq!(atlas.count(), 0);
    assert!(rows(&atlas.database(), "photos", &["hash".to_owned()]).is_empty(), "no photo without its sighting");
}

#[test]
fn a_photo_takes_the_place_of_another() {
    let atlas = Atlas::empty();
    let (id, first) = shown(&atlas, "chelsea.png");
    let changed = replace(&atlas, &id.to_string(), Form::new().file("image", picture("chelsea-animated.gif"))).is(200).json();
    assert_ne!(changed["photo_url"], first);
    assert_eq!(atlas.get(&format!("/entries/{id}")).json()["photo_url"], changed["photo_url"]);

    let photo = || Form::new().file("image", picture("chelsea.png"));
    replace(&atlas, "99", photo()).is(404).in_error_shape();
    replace(&atlas, "0", photo()).is(404).in_error_shape();
    replace(&atlas, "x", photo()).names(&[problem("int_parsing", "path", "entry_id")]);
    replace(&atlas, "x", Form::new()).names(&[problem("int_parsing", "path", "entry_id"), problem("missing", "body", "image")]);
    replace(&atlas, "99", Form::new()).names(&[problem("missing", "body", "image")]);
    assert_eq!(rows(&atlas.database(), "photos", &["hash".to_owned()]).len(), 2, "none is kept for a sighting that is not there");
}

#[test]
fn photos_that_nobody_shows_are_swept_after_a_day() {
    let folder = Folder::new();
    let atlas = Atlas::serve(&folder);
    let [loose_one, fresh] =
        ["chelsea.png", "chelsea.webp"].map(|name| upload(&atlas, &picture(name)).json()["url"].as_str().unwrap().to_owned());
    let (_, kept) = shown(&atlas, "chelsea-gps-rotated.jpg");
    let by_thumb = upload(&atlas, &picture("chelsea-animated.gif")).json()["url"].as_str().unwrap().to_owned();
    let elsewhere = format!("https://cats.example.org{by_thumb}/thumb?size=1");
    atlas.post("/entries", &json!({"text": "another address of it", "photo_url": elsewhere})).is(200);
    atlas.stop().succeeds();

    let database = Connection::open(folder.database()).unwrap();
    let fresh_name = fresh.rsplit('/').next().unwrap();
    database.execute("UPDATE photos SET loose_us = loose_us - ?1 WHERE hash <> ?2", (DAY_US, fresh_name)).unwrap();
    database.execute("UPDATE photos SET loose_us = loose_us - ?1 WHERE hash = ?2", (DAY_US - 600_000_000, fresh_name)).unwrap();
    database.close().unwrap();

    let atlas = Atlas::serve(&folder);
    // Not asked over HTTP: an answer that is on its way while its photo is swept breaks off.
    let loose_name = Cell::Text(loose_one.rsplit('/').next().unwrap().to_owned());
    let is_in = |table| rows(&folder.database(), table, &["hash".to_owned()]).iter().any(|row| row[0] == loose_name);
    wait_for("the sweep", || (!is_in("photos")).then_some(()));
    atlas.get(&loose_one).is(404);
    for url in [&fresh, &kept, &by_thumb] {
        atlas.get(url).is(200);
        atlas.get(&format!("{url}/thumb")).is(200);
    }
    assert!(!is_in("photo_pieces"), "its bytes are gone too");
}

#[test]
fn a_photo_that_a_sighting_lets_go_of_has_a_day_from_then() {
    let folder = Folder::new();
    let atlas = Atlas::serve(&folder);
    let (id, url) = shown(&atlas, "chelsea.png");
    atlas.stop().succeeds();
    let database = Connection::open(folder.database()).unwrap();
    database.execute("UPDATE photos SET loose_us = loose_us - ?1", [2 * DAY_US]).unwrap();
    database.close().unwrap();

    let atlas = Atlas::serve(&folder);
    wait_for("the sweep to find it shown", || loose(&folder, &url).is_none().then_some(()));
    let before = jiff::Timestamp::now().as_microsecond();
    replace(&atlas, &id.to_string(), Form::new().file("image", picture("chelsea-animated.gif"))).is(200);
    let since = loose(&folder, &url).expect("nobody shows it now");
    assert!((before - 1_000_000..before + 60_000_000).contains(&since), "{since} is not now");
    atlas.get(&url).is(200);

    upload(&atlas, &picture("chelsea.png")).is(200);
    assert!(loose(&folder, &url) >= Some(since), "sent again, it has another day");
    let last = atlas.get(&format!("/entries/{id}")).json()["photo_url"].as_str().unwrap().to_owned();
    atlas.stop().succeeds();
    let database = Connection::open(folder.database()).unwrap();
    database.execute_batch(&format!("UPDATE photos SET loose_us = NULL; DELETE FROM entries WHERE id = {id}")).unwrap();
    database.close().unwrap();
    assert!(loose(&folder, &last) >= Some(before), "so has the photo of a sighting that is deleted");
}

#[test]
fn many_photos_at_once_are_all_kept() {
    let atlas = Atlas::empty();
    let urls: Vec<String> = thread::scope(|scope| {
        let sent: Vec<_> = (0..24)
            .map(|n| {
                scope.spawn({
                    let atlas = &atlas;
                    move || shown(atlas, ["chelsea.png", "chelsea.webp", "chelsea-gps-rotated.jpg"][n % 3]).1
                })
            })
            .collect();
        sent.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(atlas.count(), 24);
    for url in urls {
        atlas.get(&url).is(200);
    }
}
