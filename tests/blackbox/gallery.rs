//! The gallery of cats: each with its latest sighting.

use serde_json::{Value, json};

use crate::support::Atlas;

#[test]
fn each_cat_is_shown_with_its_latest_sighting_and_photo() {
    let atlas = Atlas::empty();
    let (mina, unseen) = (atlas.cat("Mina"), atlas.cat("Unseen"));
    let photo = "https://cats.example/mina.jpg";
    let first = atlas.post("/entries", &json!({"text": "a tabby", "photo_url": photo})).is(200).id();
    atlas.call(&format!("/entries/{first}/assign/{mina}")).is(200);
    atlas.sighting_of(mina, "the tabby again");
    let gallery = atlas.get("/cats/gallery").is(200);
    assert_eq!(gallery.header("x-total-count"), Some("2"));
    let gallery = gallery.json();
    assert_eq!([&gallery[0]["id"], &gallery[1]["id"]], [&json!(unseen), &json!(mina)]);
    assert_eq!([&gallery[0]["sightings_count"], &gallery[0]["latest"], &gallery[0]["photo_url"]], [&json!(0), &Value::Null, &Value::Null]);
    assert_eq!([&gallery[1]["sightings_count"], &gallery[1]["photo_url"]], [&json!(2), &json!(photo)]);
    assert_eq!(gallery[1]["latest"]["text_preview"], "the tabby again");
}

#[test]
fn the_gallery_comes_in_pages() {
    let atlas = Atlas::empty();
    for n in 0..5 {
        atlas.cat(&format!("Cat {n}"));
    }
    let first = atlas.get("/cats/gallery?limit=3").is(200);
    assert_eq!(first.ids(), [5, 4, 3]);
    assert_eq!(atlas.get(&first.next().unwrap()).is(200).ids(), [2, 1]);
}
