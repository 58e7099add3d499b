//! Requests that no client would send, byte by byte: an answer in the documented shape wherever there is one, and the program lives on.

use std::fmt::Write as _;

use crate::support::{Answer, Atlas, Raw};

const CAT: &str = r#"{"text": "a cat"}"#;

fn request(line: &[u8], headers: &[u8], body: &[u8]) -> Vec<u8> {
    [line, b" HTTP/1.1\r\nhost: atlas\r\nconnection: close\r\n", headers, b"\r\n", body].concat()
}

/// A sighting posted with these headers instead of a proper length.
fn post(headers: &str, body: &str) -> Vec<u8> {
    request(b"POST /entries", format!("content-type: application/json\r\n{headers}").as_bytes(), body.as_bytes())
}

/// Below 400 or an error as documented.
#[track_caller]
fn is_answered(answer: Option<Answer>, what: &str) -> Answer {
    let answer = answer.unwrap_or_else(|| panic!("no answer to {what}"));
    assert!(answer.status < 400 || answer.fault().is_none(), "{what}: {} {:?} {}", answer.status, answer.fault(), answer.start());
    answer
}

/// The program does not have to answer this, but may not blame itself.
#[track_caller]
fn is_survived(atlas: &Atlas, answer: Option<Answer>, what: &str) {
    if let Some(answer) = answer {
        assert!(answer.status < 500, "{what}: {} {}", answer.status, answer.start());
    }
    atlas.get("/health").is(200);
}

#[test]
fn odd_paths_and_queries_are_answered() {
    let atlas = Atlas::empty();
    for target in [
        "/entries/%ff",
        "/entries/%zz",
        "/entries/%",
        "/entries/%2",
        "/entries/%00",
        "/entries/%E2%82",
        "/%ff",
        "/%",
        "/cats/%ff/profile",
        "/cats/1%2f2/profile",
        "/entries?limit=%ff",
        "/entries?limit=%zz",
        "/entries?limit=%",
        "/entries?limit",
        "/entries?limit=1&limit",
        "/entries?q=%ff%fe",
        "/entries?q=%00",
        "/entries?q=%ED%A0%80",
        "/entries?%ff=1",
        "/entries?",
        "/entries?&&&",
        "/entries?=",
        "/entries?=&=1",
        "/entries?limit=1&",
        "/entries?a[]=1&a[b]=2",
        "/entries?limit[]=3",
        "/entries?limit.x=1",
        "/entries?since=%ff",
        "/entries?bbox=%ff",
        "/cats?limit=%ff",
        "/entries/by-area?lat=%ff&lon=%",
        "/entries/",
        "/entries/1/",
        "//entries",
        "/entries//1",
        "/./entries",
        "/../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/static/../../etc/passwd",
        "/static/..%2f..%2fetc%2fpasswd",
        "/photos/..%2f..%2fatlas.db",
        "/atlas.db",
        "/entries;a=b",
        "/entries#part",
        "/ENTRIES",
        "http://atlas/entries",
    ] {
        is_answered(atlas.raw(&request(format!("GET {target}").as_bytes(), b"", b"")), target);
    }
    let long = format!("GET /entries?q={}", "x".repeat(8_000));
    is_answered(atlas.raw(&request(long.as_bytes(), b"", b"")), "a query of 8,000 characters");
}

#[test]
fn bytes_that_are_no_utf8_in_paths_and_queries_do_no_harm() {
    let atlas = Atlas::empty();
    let targets: [&[u8]; 8] = [
        b"/entries/\xff",
        b"/entries?q=\xff",
        b"/entries?limit=\xc3",
        b"/\xf0\x9f\x90\x88",
        b"/entries?q=caf\xc3\xa9",
        b"/entries?q=\"<>{}|^`\\",
        b"/entries/\x01",
        b"/entries?q=a b",
    ];
    for target in targets {
        let what = String::from_utf8_lossy(target).into_owned();
        is_survived(&atlas, atlas.raw(&request(&[b"GET ", target].concat(), b"", b"")), &what);
    }
    for length in [100_000, 1_000_000] {
        let long = format!("GET /entries?q={}", "x".repeat(length));
        is_survived(&atlas, atlas.raw(&request(long.as_bytes(), b"", b"")), "a very long query");
    }
}

#[test]
fn methods_that_nobody_serves_do_no_harm() {
    let atlas = Atlas::empty();
    for method in ["PROPFIND", "FOO", "get", "TRACE", "OPTIONS"] {
        is_survived(&atlas, atlas.raw(&request(format!("{method} /entries").as_bytes(), b"", b"")), method);
    }
    is_survived(&atlas, atlas.raw(b"OPTIONS * HTTP/1.1\r\nhost: atlas\r\nconnection: close\r\n\r\n"), "OPTIONS *");
    let tunnel = Raw::connect(atlas.address()).send(b"CONNECT atlas:80 HTTP/1.1\r\nhost: atlas:80\r\n\r\n");
    is_survived(&atlas, tunnel.close_writing().answer(), "CONNECT");
}

#[test]
fn a_chunked_body_is_read_whole_or_not_at_all() {
    let atlas = Atlas::empty();
    let chunked = "transfer-encoding: chunked\r\n";
    let whole = "8\r\n{\"text\":\r\n8\r\n \"a cat\"\r\n1\r\n}\r\n0\r\n\r\n";
    atlas.raw(&post(chunked, whole)).unwrap().is(200);
    assert_eq!(atlas.count(), 1);
    let one = format!("{:x}\r\n{CAT}\r\n", CAT.len());
    for cut in [
        "8\r\n{\"text\":\r\n",
        &one,
        &format!("{one}0"),
        &format!("{one}5\r\nab"),
        &format!("{one}zz\r\n"),
        &format!("{one}-1\r\n\r\n"),
        "zz\r\n{}\r\n0\r\n\r\n",
        "FFFFFFFFFFFFFFFFFF\r\n{}",
        "8;x=\"\r\n",
    ] {
        let answer = Raw::connect(atlas.address()).send(&post(chunked, cut)).close_writing().answer();
        is_survived(&atlas, answer, cut);
        assert_eq!(atlas.count(), 1, "{cut}");
    }
    let mut endless = String::new();
    for _ in 0..40 {
        write!(endless, "10000\r\n{}\r\n", " ".repeat(0x10000)).unwrap();
    }
    atlas.raw(&post(chunked, &format!("{endless}{one}0\r\n\r\n"))).unwrap().is(413).in_error_shape();
    assert_eq!(atlas.count(), 1);
}

#[test]
fn a_wrong_content_length_writes_nothing() {
    let atlas = Atlas::empty();
    for length in ["abc", "-1", "+17", "", "1.5", "18446744073709551616", "17, 18", "0x11", "9223372036854775807", "100"] {
        let answer = Raw::connect(atlas.address()).send(&post(&format!("content-length: {length}\r\n"), CAT)).close_writing().answer();
        is_survived(&atlas, answer, length);
        assert_eq!(atlas.count(), 0, "content-length: {length}");
    }
    for headers in [
        "content-length: 17\r\ncontent-length: 5\r\n",
        "content-length: 5\r\n",
        "transfer-encoding: gzip\r\n",
        "transfer-encoding: xchunked\r\n",
        "content-length: 17\r\ntransfer-encoding: chunked\r\n",
    ] {
        let answer = Raw::connect(atlas.address()).send(&post(headers, CAT)).close_writing().answer();
        is_survived(&atlas, answer, headers);
        assert_eq!(atlas.count(), 0, "{headers}");
    }
}

#[test]
fn what_is_no_http_at_all_does_no_harm() {
    let atlas = Atlas::empty();
    let many = "x: y\r\n".repeat(1_000);
    let fat = format!("GET /entries HTTP/1.1\r\nhost: atlas\r\nx: {}\r\n\r\n", "y".repeat(1_000_000));
    let requests: [&[u8]; 16] = [
        b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET /entries\r\n\r\n",
        b"GET  /entries  HTTP/1.1\r\n\r\n",
        b"GET /entries HTTP/9.9\r\n\r\n",
        b"GET /entries HTTP/1.1\r\n\r\n",
        b"GET entries HTTP/1.1\r\nhost: a\r\n\r\n",
        b"GET /entries HTTP/1.1\r\nno colon\r\n\r\n",
        b"GET /entries HTTP/1.1\r\nx: a\0b\r\n\r\n",
        b"GET /entries HTTP/1.1\r\nhost: a\r\n folded\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\0\0\0\0\0\0\0\0",
        b"GET /entries HTTP/1.0\r\n\r\n",
        many.as_bytes(),
        fat.as_bytes(),
    ];
    for bytes in requests {
        let answer = Raw::connect(atlas.address()).send(bytes).close_writing().answer();
        is_survived(&atlas, answer, &String::from_utf8_lossy(&bytes[..bytes.len().min(60)]));
    }
}

#[test]
fn odd_headers_do_no_harm() {
    let atlas = Atlas::empty();
    let headers: [&[u8]; 12] = [
        b"accept: \xff\xfe",
        b"accept: application/xml",
        b"accept: ,,;;q=",
        b"range: bytes=9-1,-,5",
        b"if-none-match: \"x",
        b"if-modified-since: yesterday",
        b"cookie: ====;;\xff",
        b"origin: null",
        b"x-forwarded-for: nobody, \xff",
        b"x-real-ip: not an address",
        b"authorization: Basic !!!",
        b"x-request-id: \xff<script>",
    ];
    for header in headers {
        let what = String::from_utf8_lossy(header).into_owned();
        is_answered(atlas.raw(&request(b"GET /entries", &[header, b"\r\n"].concat(), b"")), &what);
    }
    let answer = atlas.raw(&request(
        b"POST /entries",
        format!("content-type: \x01\r\ncontent-length: {}\r\n", CAT.len()).as_bytes(),
        CAT.as_bytes(),
    ));
    is_survived(&atlas, answer, "a content type that is none");
    let answer = atlas.raw(&request(b"POST /entries", format!("content-length: {}\r\n", CAT.len()).as_bytes(), CAT.as_bytes()));
    let before = atlas.count();
    assert_eq!(is_answered(answer, "no content type").status == 200, before == 1);
}
