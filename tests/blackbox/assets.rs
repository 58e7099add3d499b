//! The embedded page and its files, as browsers and caches ask for them.

use super::support::{Answer, Atlas};

/// A request of these headers on a connection of its own.
#[track_caller]
fn ask(atlas: &Atlas, request: &str, headers: &str) -> Answer {
    let asked = format!("{request} HTTP/1.1\r\nHost: atlas\r\nConnection: close\r\n{headers}\r\n");
    atlas.raw(asked.as_bytes()).unwrap_or_else(|| panic!("{request}: no answer"))
}

#[track_caller]
fn header(answer: &Answer, name: &str) -> String {
    answer.header(name).unwrap_or_else(|| panic!("{}: no {name}", answer.request)).to_owned()
}

/// The addresses that the page names below `/static/`.
fn named_by_the_page(atlas: &Atlas) -> Vec<String> {
    let page = String::from_utf8(atlas.get("/").is(200).body).unwrap();
    page.split('"').filter(|part| part.starts_with("/static/")).map(str::to_owned).collect()
}

#[test]
fn everything_the_page_names_is_there_typed_and_kept_for_good() {
    let atlas = Atlas::empty();
    let named = named_by_the_page(&atlas);
    assert!(named.len() > 10, "{named:?}");
    for path in named {
        let answer = atlas.get(&path).is(200);
        assert_eq!(header(&answer, "cache-control"), "public, max-age=31536000, immutable", "{path}");
        let kind = header(&answer, "content-type");
        let expected = match path.rsplit('.').next().unwrap() {
            "css" => "text/css; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            "png" => "image/png",
            "svg" => "image/svg+xml",
            "woff2" => "font/woff2",
            other => panic!("{path}: what is a {other}?"),
        };
        assert_eq!(kind, expected, "{path}");
    }
}

#[test]
fn the_page_and_other_fixed_names_are_asked_about_each_time() {
    let atlas = Atlas::empty();
    for (path, kind) in [
        ("/", "text/html; charset=utf-8"),
        ("/favicon.ico", "image/svg+xml"),
        ("/manifest.webmanifest", "application/manifest+json"),
        ("/robots.txt", "text/plain; charset=utf-8"),
        ("/sw.js", "text/javascript; charset=utf-8"),
    ] {
        let answer = atlas.get(path).is(200);
        assert_eq!((header(&answer, "cache-control").as_str(), header(&answer, "content-type").as_str()), ("no-cache", kind), "{path}");
        let again = ask(&atlas, &format!("GET {path}"), &format!("If-None-Match: {}\r\n", header(&answer, "etag")));
        assert_eq!((again.status, again.body.len()), (304, 0), "{path}");
    }
}

#[test]
fn each_coding_has_its_own_bytes_and_its_own_tag() {
    let atlas = Atlas::empty();
    let answers = ["br", "gzip", "identity"].map(|coding| {
        let answer = ask(&atlas, "GET /", &format!("Accept-Encoding: {coding}\r\n")).is(200);
        assert_eq!(answer.header("content-encoding").unwrap_or("identity"), coding);
        assert_eq!(header(&answer, "vary"), "Accept-Encoding");
        assert_eq!(header(&answer, "content-length"), answer.body.len().to_string());
        answer
    });
    let [br, gzip, identity] = &answers;
    assert!(br.body.len() < gzip.body.len() && gzip.body.len() < identity.body.len());
    assert!(header(br, "etag") != header(gzip, "etag") && header(gzip, "etag") != header(identity, "etag"));
    let other = ask(&atlas, "GET /", &format!("Accept-Encoding: br\r\nIf-None-Match: {}\r\n", header(gzip, "etag")));
    assert_eq!(other.status, 200, "a tag of another coding is not current");
}

#[test]
fn head_says_what_get_would_and_sends_nothing() {
    let atlas = Atlas::empty();
    for coding in ["br", "identity"] {
        let accepting = format!("Accept-Encoding: {coding}\r\n");
        let (get, head) = (ask(&atlas, "GET /", &accepting).is(200), ask(&atlas, "HEAD /", &accepting).is(200));
        assert!(head.body.is_empty());
        for name in ["content-length", "content-type", "etag", "cache-control", "vary"] {
            assert_eq!(header(&head, name), header(&get, name), "{name}");
        }
        assert_eq!(head.header("content-encoding"), get.header("content-encoding"));
    }
}

#[test]
fn not_modified_repeats_what_caches_need_and_no_more() {
    let atlas = Atlas::empty();
    let path = &named_by_the_page(&atlas)[0];
    let tag = header(&atlas.get(path).is(200), "etag");
    for known in [format!("\"other\", W/{tag}"), "*".to_owned(), format!("\"other\"\r\nIf-None-Match: {tag}")] {
        let answer = ask(&atlas, &format!("GET {path}"), &format!("If-None-Match: {known}\r\n"));
        assert_eq!((answer.status, answer.body.len()), (304, 0), "{known}");
        assert_eq!((header(&answer, "etag"), header(&answer, "vary")), (tag.clone(), "Accept-Encoding".to_owned()));
        assert!(header(&answer, "cache-control").contains("immutable"));
        assert_eq!(answer.header("content-type"), None);
    }
}

#[test]
fn what_is_no_file_of_this_version_is_not_found() {
    let atlas = Atlas::empty();
    let script = named_by_the_page(&atlas).into_iter().find(|path| path.ends_with("/js/main.js")).unwrap();
    let folder = script.strip_suffix("/js/main.js").unwrap();
    let (_, fingerprint) = folder.rsplit_once('/').unwrap();
    for path in [
        script.replace(fingerprint, "0123456789abcdef"),
        script.replace(fingerprint, ""),
        format!("{folder}/js/missing.js"),
        format!("{folder}/js/main.js/"),
        format!("{folder}/js//main.js"),
        format!("{folder}/js%2fmain.js"),
        format!("{folder}/js/../js/main.js"),
        format!("{folder}/br/js/main.js"),
        format!("{folder}/JS/main.js"),
        format!("{folder}/"),
        folder.to_owned(),
        "/static/".to_owned(),
        "/static".to_owned(),
        "/index.html".to_owned(),
    ] {
        let answer = ask(&atlas, &format!("GET {path}"), "Accept-Encoding: br\r\n").is(404).in_error_shape();
        assert_eq!(answer.header("cache-control").filter(|value| value.contains("immutable")), None, "{path}");
    }
}

#[test]
fn the_service_worker_knows_its_version_and_every_file_of_it_is_there() {
    let atlas = Atlas::empty();
    let worker = atlas.get("/sw.js").is(200);
    assert_eq!(worker.header("cache-control"), Some("no-cache"));
    let text = String::from_utf8(worker.body.clone()).unwrap();
    let version = text.split("const VERSION = '").nth(1).unwrap().split('\'').next().unwrap();
    assert!(atlas.get("/").is(200).start().contains(&format!("/static/{version}/")), "the page is of version {version}");
    let list = text.split("const FILES = ").nth(1).unwrap().split(';').next().unwrap();
    let files: Vec<String> = serde_json::from_str(list).unwrap();
    assert!(files.len() > 20 && files.iter().any(|file| file == "js/main.js"), "{files:?}");
    for file in files {
        atlas.get(&format!("/static/{version}/{file}")).is(200);
    }
}
