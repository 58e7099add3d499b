//! Files and forms that nobody means well with: refused in a sentence, quickly, in little memory, and nothing is written.

use std::fs;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::photos::{picture, upload};
use crate::support::{Answer, Atlas, FORM, Folder, Form, problem, rows};

/// What the program may take of memory on top for a file that it refuses.
const MOST_GROWTH_KB: u64 = 64 * 1024;

/// The most memory the program has had so far.
#[track_caller]
fn peak_kb(atlas: &mut Atlas) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", atlas.program().pid())).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    peak.trim().trim_end_matches(" kB").parse().unwrap()
}

#[track_caller]
fn nothing_was_written(atlas: &Atlas) {
    assert_eq!(atlas.count(), 0);
    assert!(rows(&atlas.database(), "photos", &["hash".to_owned()]).is_empty());
    atlas.get("/health").is(200);
}

#[track_caller]
fn is_refused_in_a_sentence(answer: Answer) {
    let answer = answer.is(400).in_error_shape();
    assert!(answer.json()["detail"].is_string(), "{}", answer.start());
}

/// A PNG that ends after saying how large it is.
fn png_header(width: u32, height: u32) -> Vec<u8> {
    let [width, height] = [width, height].map(u32::to_be_bytes);
    let header = [b"IHDR".as_slice(), &width, &height, &[8, 2, 0, 0, 0]].concat();
    let sum = crc32(&header).to_be_bytes();
    [b"\x89PNG\r\n\x1a\n\0\0\0\x0d", header.as_slice(), &sum].concat()
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xEDB8_8320 * (sum & 1))))
}

/// A WebP of 10 x 10 pixels whose one frame says that it has 16,383 x 16,383.
fn webp_with_a_larger_frame() -> Vec<u8> {
    let frame = [b"\x10\0\0\x9d\x01\x2a\xff\x3f\xff\x3f".as_slice(), &vec![0; 200_000]].concat();
    let length = u32::try_from(frame.len()).unwrap().to_le_bytes();
    let chunks = [b"WEBPVP8X\x0a\0\0\0\0\0\0\0\x09\0\0\x09\0\0VP8 ".as_slice(), &length, &frame].concat();
    [b"RIFF".as_slice(), &u32::try_from(chunks.len()).unwrap().to_le_bytes(), &chunks].concat()
}

/// A GIF of one pixel whose frame says that it has four billion.
const GIF_WITH_A_LARGER_FRAME: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\xff\xff\xff\xff\0\x02\x02\x4c\x01\0;";

#[test]
fn a_bomb_is_refused_before_it_goes_off() {
    let mut atlas = Atlas::empty();
    upload(&atlas, b"the first is slower").is(400);
    let before = peak_kb(&mut atlas);
    let bombs = [
        picture("bomb-50000x50000.png"),
        png_header(10_001, 1),
        png_header(1, 10_001),
        png_header(8_000, 5_001),
        png_header(u32::MAX, u32::MAX),
        webp_with_a_larger_frame(),
        GIF_WITH_A_LARGER_FRAME.to_vec(),
    ];
    for bomb in bombs {
        let began = Instant::now();
        is_refused_in_a_sentence(upload(&atlas, &bomb));
        is_refused_in_a_sentence(atlas.post_form("/entries/with-image", Form::new().text("text", "a cat").file("image", &bomb)));
        assert!(began.elapsed() < Duration::from_secs(1), "it took {:?}", began.elapsed());
    }
    let growth = peak_kb(&mut atlas) - before;
    assert!(growth < MOST_GROWTH_KB, "memory grew by {growth} kB");
    nothing_was_written(&atlas);
}

#[test]
fn what_is_no_whole_picture_is_refused() {
    let atlas = Atlas::empty();
    let mut files: Vec<Vec<u8>> = ["truncated.jpg", "drawing.svg", "not-an-image.jpg"].map(picture).into();
    files.extend(
        ["", "a cat", "\u{feff}<svg/>", "%PDF-1.7", "BM", "GIF89a", "II*\0", "\0\0\0\x1cftypavif"].map(|text| text.as_bytes().to_vec()),
    );
    files.push(b"GIF89a\0\0\0\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\0\0\0\0\0\x02\x02\x4c\x01\0;".to_vec());
    for name in ["chelsea.png", "chelsea.webp", "chelsea-gps-rotated.jpg", "chelsea-animated.gif"] {
        let whole = picture(name);
        files.extend([1, 8, 30, 300, 2_000].map(|length| whole[..length].to_vec()));
        files.push([b"<!doctype html>".as_slice(), &whole].concat());
    }
    for file in files {
        is_refused_in_a_sentence(upload(&atlas, &file));
        is_refused_in_a_sentence(atlas.post_form("/entries/with-image", Form::new().text("text", "a cat").file("image", &file)));
    }
    nothing_was_written(&atlas);
}

#[test]
fn damage_anywhere_in_a_picture_does_no_harm() {
    let atlas = Atlas::empty();
    for name in ["chelsea.png", "chelsea.webp", "chelsea-gps-rotated.jpg", "chelsea-animated.gif"] {
        let whole = picture(name);
        for at in (0..60).map(|step| step * step * whole.len() / 3600) {
            let mut damaged = whole.clone();
            for byte in damaged.iter_mut().skip(at).take(4) {
                *byte ^= 0xA5;
            }
            let answer = upload(&atlas, &damaged);
            assert!(matches!(answer.status, 200 | 400), "{name} damaged at {at}: {} {}", answer.status, answer.start());
        }
    }
    upload(&atlas, &picture("chelsea.png")).is(200);
}

#[test]
fn a_file_beyond_the_bound_is_too_large() {
    let atlas = Atlas::serve_with(Folder::new(), &["--max-upload-size-mb", "1"]);
    let megabyte = 1024 * 1024;
    let mut exactly = picture("chelsea-gps-rotated.jpg");
    exactly.resize(megabyte, b' ');
    upload(&atlas, &exactly).is(200);
    for length in [megabyte + 1, 3 * megabyte, 20 * megabyte] {
        let mut file = exactly.clone();
        file.resize(length, b' ');
        upload(&atlas, &file).is(413).in_error_shape();
        atlas.post_form("/entries/with-image", Form::new().text("text", "a cat").file("image", &file)).is(413).in_error_shape();
        atlas.post_form("/upload/image", Form::new().file("other", &file)).is(if length > 2 * megabyte { 413 } else { 422 });
    }
    assert_eq!(atlas.count(), 0);
    let five = Atlas::empty();
    exactly.resize(5 * megabyte, b' ');
    upload(&five, &exactly).is(200);
    exactly.push(b' ');
    upload(&five, &exactly).is(413);
}

#[test]
fn a_form_without_its_photo_is_told_which_field_is_missing() {
    let atlas = Atlas::empty();
    let missing = [problem("missing", "body", "file")];
    atlas.call("/upload/image").names(&missing);
    atlas.post("/upload/image", &json!({"file": "x"})).names(&missing);
    atlas.post_form("/upload/image", Form::new()).names(&missing);
    atlas.post_form("/upload/image", Form::new().file("image", picture("chelsea.png"))).names(&missing);
    atlas.post_form("/upload/image", Form::new().part("content-disposition: form-data", picture("chelsea.png"))).names(&missing);
    atlas.send("POST", "/upload/image", Some(("application/x-www-form-urlencoded", b"file=x"))).names(&missing);
    atlas.post("/entries/with-image", &json!({"text": "a cat"})).names(&[problem("missing", "body", "text")]);
    nothing_was_written(&atlas);
}

#[test]
fn a_form_that_cannot_be_read_is_refused() {
    let atlas = Atlas::empty();
    let form = || Form::new().text("text", "a cat").file("image", picture("chelsea.png"));
    let whole = form().end();
    let send = |kind: &str, body: &[u8]| atlas.send("POST", "/entries/with-image", Some((kind, body)));
    for kind in ["multipart/form-data", "multipart/form-data; boundary=DOGS", "multipart/form-data; boundary=CAT"] {
        is_refused_in_a_sentence(send(kind, &whole));
    }
    send("multipart/form-data; boundary=", &whole).names(&[problem("missing", "body", "text")]);
    let huge = "x".repeat(1_000_000);
    let many = "x: y\r\n".repeat(10_000);
    for body in [
        form().cut(),
        whole[..whole.len() - 10].to_vec(),
        whole[..100].to_vec(),
        whole[..20].to_vec(),
        Vec::new(),
        b"\0\xff\xfe".repeat(1000),
        form().file("image", picture("chelsea.png")).end(),
        Form::new().text("text", b"a \xff\xfe cat").end(),
        Form::new().text("text", "a cat").part(&many, "").end(),
        (0..10_000).fold(Form::new().text("text", "a cat"), |form, n| form.text(&n.to_string(), "x")).end(),
        [b"--CATS\r\n".as_slice(), huge.as_bytes()].concat(),
        [b"--CATS".as_slice(), &b" ".repeat(1_000_000), b"x"].concat(),
    ] {
        is_refused_in_a_sentence(send(FORM, &body));
    }
    nothing_was_written(&atlas);
}

#[test]
fn odd_forms_that_can_be_read_are_read() {
    let atlas = Atlas::empty();
    let huge = "x".repeat(100_000);
    let body = Form::new()
        .text("text", "first")
        .part("x-long: y\r\ncontent-disposition: form-data; name=\"text\"", "the last counts")
        .text("text[]", "an unknown field")
        .file("nickname", "a file is no text")
        .part(&format!("content-disposition: form-data; name=\"other\"\r\nx: {huge}"), "x")
        .part("content-disposition: form-data; name=\"image\"; filename=\"../../a.php\"", picture("chelsea.png"))
        .end();
    let with_preamble = [b"a preamble\r\n".as_slice(), &body, b"an epilogue"].concat();
    let made = atlas.send("POST", "/entries/with-image", Some((FORM, &with_preamble))).is(200).json();
    assert_eq!((&made["text"], &made["nickname"]), (&json!("the last counts"), &json!(null)));
    atlas.get(made["photo_url"].as_str().unwrap()).is(200);
}

#[test]
fn an_upload_that_breaks_off_writes_nothing() {
    let atlas = Atlas::empty();
    let body = Form::new().text("text", "a cat").file("image", picture("chelsea.png")).end();
    for sent in [0, 50, 5_000, body.len() - 1] {
        let head =
            format!("POST /entries/with-image HTTP/1.1\r\nhost: atlas\r\ncontent-type: {FORM}\r\ncontent-length: {}\r\n\r\n", body.len());
        let raw = crate::support::Raw::connect(atlas.address()).send(head.as_bytes()).send(&body[..sent]).close_writing();
        if let Some(answer) = raw.answer() {
            assert!((400..500).contains(&answer.status), "{}: {}", answer.status, answer.start());
        }
    }
    nothing_was_written(&atlas);
}
