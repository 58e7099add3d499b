//! Photos as people send them: taken by content, served upright and clean, their place told to the sender alone.

use std::borrow::Borrow;
use std::fs;

use image::RgbImage;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::support::{Answer, Atlas, FORM, Folder, Form, fixture, problem, rows};

/// Pictures of one cat, the same way up once they are upright.
const PICTURES: [&str; 3] = ["chelsea.png", "chelsea.webp", "chelsea-gps-rotated.jpg"];
const WITH_PLACE: &str = "chelsea-gps-rotated.jpg";

pub fn picture(name: &str) -> Vec<u8> {
    fs::read(fixture("photos").join(name)).unwrap()
}

#[track_caller]
pub fn upload(atlas: &Atlas<impl Borrow<Folder>>, bytes: &[u8]) -> Answer {
    atlas.post_form("/upload/image", Form::new().file("file", bytes))
}

/// Sends a file and reads the photo made of it.
#[track_caller]
fn developed(atlas: &Atlas, bytes: &[u8]) -> (String, RgbImage) {
    let url = upload(atlas, bytes).is(200).json()["url"].as_str().unwrap().to_owned();
    let served = atlas.get(&url).is(200);
    assert_eq!(served.header("content-type"), Some("image/jpeg"));
    (url, image::load_from_memory(&served.body).unwrap().into_rgb8())
}

/// How far the colours of two pictures of one size are apart on average, of 255.
#[track_caller]
fn difference(one: &RgbImage, other: &RgbImage) -> u64 {
    assert_eq!(one.dimensions(), other.dimensions());
    one.iter().zip(other.iter()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum::<u64>() / one.len() as u64
}

#[test]
fn a_picture_is_known_by_its_content_and_served_as_it_looked() {
    let atlas = Atlas::empty();
    let original = image::load_from_memory(&picture("chelsea.png")).unwrap().into_rgb8();
    for name in PICTURES {
        let (_, served) = developed(&atlas, &picture(name));
        assert!(difference(&served, &original) < 6, "{name} differs by {}", difference(&served, &original));
    }
}

#[test]
fn an_animation_keeps_its_first_frame() {
    let atlas = Atlas::empty();
    let first = image::load_from_memory(&picture("chelsea-animated.gif")).unwrap().into_rgb8();
    let (_, served) = developed(&atlas, &picture("chelsea-animated.gif"));
    assert!(difference(&served, &first) < 6, "differs by {}", difference(&served, &first));
}

#[test]
fn a_thumbnail_shows_the_same_with_no_side_longer_than_400() {
    let atlas = Atlas::empty();
    for (name, size) in [("chelsea.png", (400, 266)), (WITH_PLACE, (400, 266)), ("chelsea-animated.gif", (225, 150))] {
        let (url, whole) = developed(&atlas, &picture(name));
        let thumb = image::load_from_memory(&atlas.get(&format!("{url}/thumb")).is(200).body).unwrap().into_rgb8();
        assert_eq!(thumb.dimensions(), size, "{name}");
        let small = image::imageops::thumbnail(&whole, size.0, size.1);
        assert!(difference(&thumb, &small) < 6, "{name}");
    }
}

#[test]
fn what_shows_through_a_picture_is_white() {
    let atlas = Atlas::empty();
    let see_through = image::RgbaImage::from_fn(32, 32, |x, _| image::Rgba([200, 30, 30, if x < 16 { 0 } else { 255 }]));
    let mut png = std::io::Cursor::new(Vec::new());
    see_through.write_to(&mut png, image::ImageFormat::Png).unwrap();
    let (_, served) = developed(&atlas, png.get_ref());
    assert!(served.get_pixel(4, 16).0.iter().all(|colour| *colour > 245), "{:?}", served.get_pixel(4, 16));
    assert!(served.get_pixel(28, 16).0[1] < 60, "{:?}", served.get_pixel(28, 16));
}

#[test]
fn nothing_of_the_file_is_left_but_what_can_be_seen() {
    let atlas = Atlas::empty();
    for name in [WITH_PLACE, "polyglot.jpg"] {
        let url = upload(&atlas, &picture(name)).is(200).json()["url"].as_str().unwrap().to_owned();
        atlas.post_form("/entries/with-image", Form::new().text("text", "a cat").file("image", picture(name))).is(200);
        let answers = [atlas.get(&url), atlas.get(&format!("{url}/thumb"))];
        let bytes = answers.map(|answer| answer.is(200).body).concat();
        let database = ["", "-wal"].map(|ending| fs::read(format!("{}{ending}", atlas.database().display())).unwrap()).concat();
        for trace in [&b"Exif"[..], b"<script", b"alert(", b"CatCam", b"2026:05:01", b"page.html"] {
            for (place, bytes) in [("the photo", &bytes), ("the database", &database)] {
                assert!(!bytes.windows(trace.len()).any(|own| own == trace), "{} of {name} is in {place}", String::from_utf8_lossy(trace));
            }
        }
    }
}

#[test]
fn time_and_place_are_offered_to_the_sender_alone() {
    let atlas = Atlas::empty();
    let offered = |answer: &Value| {
        assert_eq!(answer["photo_taken_at"], "2026-05-01T07:15:30.000000Z");
        assert_eq!((answer["photo_lat"].as_f64(), answer["photo_lon"].as_f64()), (Some(51.334_494), Some(12.374_867)));
    };
    offered(&upload(&atlas, &picture(WITH_PLACE)).is(200).json());
    let form = Form::new().text("text", "a cat").file("image", picture(WITH_PLACE));
    let made = atlas.post_form("/entries/with-image", form).is(200).json();
    offered(&made);
    let id = made["id"].as_i64().unwrap();
    offered(
        &atlas.send("PATCH", &format!("/entries/{id}/image"), Some((FORM, &Form::new().file("image", picture(WITH_PLACE)).end()))).json(),
    );

    let entry = atlas.get(&format!("/entries/{id}")).is(200).json();
    assert_eq!((&entry["location_lat"], &entry["location_lon"]), (&Value::Null, &Value::Null), "nobody asked to use them");
    assert!(entry["createdAt"].as_str().unwrap().parse::<Timestamp>().unwrap() > Timestamp::now() - jiff::SignedDuration::from_mins(1));
    for path in [format!("/entries/{id}"), "/entries".to_owned()] {
        let text = atlas.get(&path).start();
        assert!(!text.contains("photo_taken_at") && !text.contains("51.33"), "{text}");
    }
    let silent = upload(&atlas, &picture("chelsea.png")).is(200).json();
    assert_eq!(silent["photo_taken_at"], Value::Null);
    assert_eq!(silent["photo_lat"], Value::Null);
}

#[test]
fn time_and_place_fill_the_sighting_where_the_form_asks() {
    let atlas = Atlas::empty();
    let with = |wish: &str| Form::new().text("text", "a cat").text("use_photo_place", wish).file("image", picture(WITH_PLACE));
    for wish in ["true", "1", "on", "YES"] {
        let made = atlas.post_form("/entries/with-image", with(wish)).is(200).json();
        assert_eq!((made["location_lat"].as_f64(), made["location_lon"].as_f64()), (Some(51.334_494), Some(12.374_867)), "{wish}");
        assert_eq!(made["createdAt"], "2026-05-01T07:15:30.000000Z", "{wish}");
    }
    let near = atlas.get("/entries/by-area?lat=51.3345&lon=12.3749&radius=50").is(200).json();
    assert_eq!(near["total_count"], 4, "the index of places knows them");
    for wish in ["false", "0", "off", ""] {
        let made = atlas.post_form("/entries/with-image", with(wish)).is(200).json();
        assert_eq!(made["location_lat"], Value::Null, "{wish}");
    }
    atlas.post_form("/entries/with-image", with("perhaps")).names(&[problem("bool_parsing", "body", "use_photo_place")]);
}

#[test]
fn a_place_that_is_known_stays_when_a_photo_comes_later() {
    let atlas = Atlas::of("golden/before.db");
    let entries = atlas.get("/entries").json();
    let of = |placed: bool| entries.as_array().unwrap().iter().find(|entry| entry["location_lat"].is_number() == placed).unwrap().clone();
    let form = Form::new().text("use_photo_place", "true").file("image", picture(WITH_PLACE)).end();
    for entry in [of(true), of(false)] {
        let changed = atlas.send("PATCH", &format!("/entries/{}/image", entry["id"]), Some((FORM, &form))).is(200).json();
        let expected = if entry["location_lat"].is_number() { entry["location_lat"].clone() } else { json!(51.334_494) };
        assert_eq!(changed["location_lat"], expected);
        assert_eq!(changed["createdAt"], entry["createdAt"], "when it was logged is known too");
    }
}

#[test]
fn equal_photos_are_stored_once() {
    let atlas = Atlas::empty();
    let [one, same, with_script, other] =
        [WITH_PLACE, WITH_PLACE, "polyglot.jpg", "chelsea.png"].map(|name| upload(&atlas, &picture(name)).is(200).json()["url"].clone());
    assert_eq!((&one, &one), (&same, &with_script));
    assert_ne!(one, other);
    assert_eq!(rows(&atlas.database(), "photos", &["hash".to_owned()]).len(), 2);
}

#[test]
fn the_address_of_a_photo_is_relative_or_begins_with_the_public_one() {
    let name = |url: &Value| url.as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let relative = upload(&Atlas::empty(), &picture("chelsea.png")).is(200).json()["url"].clone();
    assert_eq!(relative, json!(format!("/photos/{}", name(&relative))));
    assert_eq!(name(&relative).len(), 64);

    for (public, expected) in
        [("https://cats.example.org", "https://cats.example.org"), ("https://example.org/cats/", "https://example.org/cats")]
    {
        let atlas = Atlas::serve_with(Folder::new(), &["--public-url", public]);
        let form = Form::new().text("text", "a cat").file("image", picture("chelsea.png"));
        let url = atlas.post_form("/entries/with-image", form).is(200).json()["photo_url"].clone();
        assert_eq!(url, json!(format!("{expected}/photos/{}", name(&relative))));
        assert_eq!(upload(&atlas, &picture("chelsea.png")).is(200).json()["url"], url);
        atlas.post("/entries", &json!({"text": "the same", "photo_url": url})).is(200);
        atlas.get(&format!("/photos/{}", name(&url))).is(200);
    }
    let folder = Folder::new();
    let refused = folder.start_serving_with(&folder.database(), &["--public-url", "https://example.org/photos/cats"]).wait().fails();
    refused.says_one_of(&["photos"]);
}
