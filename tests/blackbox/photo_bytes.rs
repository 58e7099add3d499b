//! Photos as browsers and players read them: kept for good, asked about, in parts.

use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};

use crate::photos::{picture, upload};
use crate::support::{Answer, Atlas};

#[track_caller]
fn ask(atlas: &Atlas, method: &str, path: &str, headers: &str) -> Answer {
    let request = format!("{method} {path} HTTP/1.1\r\nhost: atlas\r\nconnection: close\r\n{headers}\r\n");
    atlas.raw(request.as_bytes()).expect("an answer")
}

/// The address of a photo of several hundred kilobytes, more than are sent in one piece.
#[track_caller]
fn large(atlas: &Atlas) -> String {
    let noise = |x: u32, y: u32| x.wrapping_mul(2_654_435_761).wrapping_add(y.wrapping_mul(40_503)).rotate_left(x % 31).to_be_bytes();
    let picture = RgbImage::from_fn(900, 700, |x, y| Rgb(noise(x, y)[..3].try_into().unwrap()));
    let mut png = Cursor::new(Vec::new());
    picture.write_to(&mut png, ImageFormat::Png).unwrap();
    upload(atlas, png.get_ref()).is(200).json()["url"].as_str().unwrap().to_owned()
}

#[test]
fn a_photo_is_kept_for_good_and_asked_about_by_its_tag() {
    let atlas = Atlas::empty();
    let url = upload(&atlas, &picture("chelsea.png")).is(200).json()["url"].as_str().unwrap().to_owned();
    let mut tags = Vec::new();
    for url in [url.clone(), format!("{url}/thumb")] {
        let whole = atlas.get(&url).is(200);
        assert_eq!(whole.header("cache-control"), Some("public, max-age=31536000, immutable"));
        assert_eq!(whole.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(whole.header("accept-ranges"), Some("bytes"));
        assert_eq!(whole.header("content-length"), Some(whole.body.len().to_string().as_str()));
        let tag = whole.header("etag").unwrap().to_owned();
        for known in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".to_owned()] {
            let answer = ask(&atlas, "GET", &url, &format!("if-none-match: {known}\r\nrange: bytes=0-1\r\n")).is(304);
            assert!(answer.body.is_empty());
            assert_eq!(answer.header("etag"), Some(tag.as_str()));
        }
        ask(&atlas, "GET", &url, "if-none-match: \"other\"\r\n").is(200);
        let head = ask(&atlas, "HEAD", &url, "").is(200);
        assert_eq!(head.header("content-length"), whole.header("content-length"));
        assert_eq!(head.header("etag"), Some(tag.as_str()));
        tags.push(tag);
    }
    assert_ne!(tags[0], tags[1]);
}

#[test]
fn a_photo_is_sent_in_parts() {
    let atlas = Atlas::empty();
    let url = large(&atlas);
    let whole = atlas.get(&url).is(200).body;
    let length = whole.len();
    assert!(length > 3 * 131_072, "too small to be in pieces: {length}");
    image::load_from_memory(&whole).unwrap();
    for (range, first, last) in [
        ("0-0".to_owned(), 0, 0),
        ("0-".to_owned(), 0, length - 1),
        ("1000-1999".to_owned(), 1000, 1999),
        ("131071-131072".to_owned(), 131_071, 131_072),
        ("131072-262143".to_owned(), 131_072, 262_143),
        ("100000-300000".to_owned(), 100_000, 300_000),
        ("-1".to_owned(), length - 1, length - 1),
        ("-200000".to_owned(), length - 200_000, length - 1),
        ("-99999999".to_owned(), 0, length - 1),
        (format!("{}-", length - 1), length - 1, length - 1),
        (format!("5-{}", length * 2), 5, length - 1),
    ] {
        let part = ask(&atlas, "GET", &url, &format!("range: bytes={range}\r\n")).is(206);
        assert_eq!(part.header("content-range"), Some(format!("bytes {first}-{last}/{length}").as_str()), "{range}");
        assert_eq!(part.header("content-length"), Some((last - first + 1).to_string().as_str()), "{range}");
        assert!(part.body == whole[first..=last], "{range}");
    }
}

#[test]
fn a_part_that_is_not_there_is_refused_and_what_is_no_part_is_the_whole() {
    let atlas = Atlas::empty();
    let url = upload(&atlas, &picture("chelsea.png")).is(200).json()["url"].as_str().unwrap().to_owned();
    let whole = atlas.get(&url).is(200).body;
    for range in [format!("{}-", whole.len()), "99999999999999999999-".to_owned(), "-0".to_owned()] {
        let answer = ask(&atlas, "GET", &url, &format!("range: bytes={range}\r\n")).is(416).in_error_shape();
        assert_eq!(answer.header("content-range"), Some(format!("bytes */{}", whole.len()).as_str()));
    }
    for range in ["bytes=5-2", "bytes=0-1,5-6", "bytes=a-b", "items=0-1", "bytes", "bytes=-", "bytes=--1"] {
        assert!(ask(&atlas, "GET", &url, &format!("range: {range}\r\n")).is(200).body == whole, "{range}");
    }
    let tag = atlas.get(&url).header("etag").unwrap().to_owned();
    ask(&atlas, "GET", &url, &format!("range: bytes=0-1\r\nif-range: {tag}\r\n")).is(206);
    for other in ["\"other\"", "Tue, 24 Nov 2026 00:00:00 GMT"] {
        ask(&atlas, "GET", &url, &format!("range: bytes=0-1\r\nif-range: {other}\r\n")).is(200);
    }
}

#[test]
fn a_name_that_no_photo_has_is_answered_as_such() {
    let atlas = Atlas::empty();
    let url = upload(&atlas, &picture("chelsea.png")).is(200).json()["url"].as_str().unwrap().to_owned();
    let name = url.rsplit('/').next().unwrap();
    for path in [
        format!("/photos/{}", "0".repeat(64)),
        format!("/photos/{}", name.to_uppercase()),
        format!("/photos/{}", &name[..63]),
        format!("/photos/{name}0"),
        format!("/photos/{name}/thumb").replace(&name[..2], "zz"),
        "/photos/%00".to_owned(),
        "/photos/%ff%fe".to_owned(),
        "/photos/..%2fatlas.db".to_owned(),
        format!("/photos/'%20OR%201=1--{}", &name[..40]),
    ] {
        let answer = atlas.get(&path).is(404);
        answer.in_error_shape();
    }
    atlas.get(&format!("/photos/{}", "0".repeat(64))).is(404).has_code("PHOTO_NOT_FOUND");
}
