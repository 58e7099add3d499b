//! Control characters and markup go, every other character stays as typed, and bounds hold afterwards too.

use serde_json::json;

use crate::support::{Atlas, problem};

#[track_caller]
fn stored(atlas: &Atlas, text: &str) -> String {
    let entry = atlas.post("/entries", &json!({ "text": text })).is(200);
    let answered = entry.json()["text"].as_str().unwrap().to_owned();
    let read = atlas.get(&format!("/entries/{}", entry.id())).is(200).json();
    assert_eq!(read["text"], answered, "what is answered is what is stored");
    answered
}

#[test]
fn text_that_is_no_markup_stays_as_typed() {
    let atlas = Atlas::empty();
    for text in [
        "5 < 6 && cat > dog",
        "Tom & Jerry's \"yard\"",
        "&amp; &lt;b&gt; &nbsp; &#128008; &copy",
        "I <3 cats",
        "a<5 and b>3",
        "x <- y -> z, 1 << 2 >> 1",
        "line one\nline two\r\n\ttabbed",
        "K\u{212a} \u{17f} İ ﬁ",
        "e\u{301} is not é",
        "👩\u{200d}👩\u{200d}👧 zero\u{200b}width \u{feff}",
        "\u{202e}right to left",
        "'; DROP TABLE entries; --",
        "%00 %3Cscript%3E \\u0000 \\x3c",
        "{{7*7}} ${7*7} <%= 7 %",
        "<y and z>",
        "x<i,j>y and </z>",
        "<!-- never ended",
        "<",
        ">",
        "a < b",
    ] {
        assert_eq!(stored(&atlas, text), text);
    }
}

#[test]
fn control_characters_go() {
    let atlas = Atlas::empty();
    for (text, clean) in [
        ("a\0b", "ab"),
        ("\0a cat\0", "a cat"),
        ("bell\u{7} back\u{8}space \u{1b}[31mred", "bell backspace [31mred"),
        ("del\u{7f} c1\u{80}\u{9b}", "del c1"),
        ("a\n\0\nb", "a\n\nb"),
    ] {
        assert_eq!(stored(&atlas, text), clean);
    }
}

#[test]
fn markup_goes_and_its_text_stays() {
    let atlas = Atlas::empty();
    for (text, clean) in [
        ("<b>bold</b> tuxedo", "bold tuxedo"),
        ("a <i class=\"x\">sleepy</i> cat", "a sleepy cat"),
        ("cat<br>nap", "catnap"),
        ("<p>one</p><P>two</P>", "onetwo"),
        ("a cat <!-- hidden --> here", "a cat  here"),
        ("<a href=\"javascript:alert(1)\">cat</a> & <em>dog</em>", "cat & dog"),
        ("<img src=x onerror=alert(1)>cat", "cat"),
    ] {
        assert_eq!(stored(&atlas, text), clean);
    }
}

#[test]
fn no_script_survives_in_any_field() {
    let atlas = Atlas::empty();
    for attack in [
        "<script>alert(1)</script>cat",
        "<SCRIPT SRC=//e.invalid/x.js></SCRIPT>cat",
        "<<b>script>alert(1)<</b>/script>cat",
        "<scr<script>ipt>alert(1)</scr</script>ipt>cat",
        "<svg/onload=alert(1)>cat",
        "<img src=\"x\" onerror=\"alert(1)\">cat",
        "<scr\0ipt>alert(1)</scr\0ipt>cat",
        "<\u{7}script>alert(1)</script>cat",
        "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>cat",
    ] {
        let mut body = json!({});
        for field in ["text", "nickname", "location"] {
            body[field] = json!(attack);
        }
        let entry = atlas.post("/entries", &body).is(200).json();
        let cat = atlas.post("/cats", &json!({ "name": attack })).is(200);
        let renamed = atlas.patch(&format!("/cats/{}", cat.id()), &json!({ "name": attack })).is(200).json();
        let comment =
            atlas.post(&format!("/cats/{}/comments", cat.id()), &json!({"author_name": attack, "content": attack})).is(201).json();
        for kept in [
            &entry["text"],
            &entry["nickname"],
            &entry["location"],
            &cat.json()["name"],
            &renamed["name"],
            &comment["author_name"],
            &comment["content"],
        ] {
            let kept = kept.as_str().unwrap_or_default().to_lowercase();
            for tag in ["<script", "<svg", "<img", "<math", "<style"] {
                assert!(!kept.contains(tag), "{attack:?} is kept as {kept:?}");
            }
        }
    }
}

#[test]
fn text_of_markup_or_control_characters_alone_is_blank() {
    let atlas = Atlas::empty();
    let cat = atlas.cat("Mina");
    for nothing in ["\0", "\0\u{7}", "<b></b>", " <i> </i>\0 ", "<!-- -->"] {
        atlas.post("/entries", &json!({ "text": nothing })).is(400).in_error_shape();
        let entry = atlas
            .post("/entries", &json!({"text": "a", "nickname": nothing, "location": nothing, "location_city": nothing}))
            .is(200)
            .json();
        for field in ["nickname", "location", "location_city"] {
            assert!(entry[field].is_null(), "{field} of {entry}");
        }
        assert!(atlas.post("/cats", &json!({ "name": nothing })).is(200).json()["name"].is_null());
        let comment = json!({"author_name": nothing, "content": nothing});
        atlas
            .post(&format!("/cats/{cat}/comments"), &comment)
            .names(&[problem("string_too_short", "body", "author_name"), problem("string_too_short", "body", "content")]);
    }
    assert_eq!(atlas.get(&format!("/cats/{cat}/comments")).is(200).json()["total"], 0);
}

#[test]
fn optional_fields_are_trimmed_by_pythons_idea_of_white_space() {
    let atlas = Atlas::empty();
    let around =
        "\u{9}\u{a}\u{b}\u{c}\u{d}\u{1c}\u{1d}\u{1e}\u{1f} \u{85}\u{a0}\u{1680}\u{2000}\u{200a}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}";
    let padded = |text: &str| format!("{around}{text}{around}");
    let entry =
        atlas.post("/entries", &json!({"text": padded("a cat"), "nickname": padded("Mina"), "location_city": padded("K")})).is(200).json();
    assert_eq!([&entry["text"], &entry["nickname"], &entry["location_city"], &entry["location"]], ["a cat", "Mina", "K", "K"]);
    assert_eq!(atlas.post("/cats", &json!({"name": around})).is(200).json()["name"], json!(null));
    assert_eq!(atlas.post("/cats", &json!({"name": "\u{200b}"})).is(200).json()["name"], "\u{200b}");
}
