//! Pages share their addresses with the API: what comes depends on what the client likes better.

use serde_json::json;

use crate::support::{Answer, Atlas};

/// What browsers send.
const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";

#[track_caller]
fn get(atlas: &Atlas, path: &str, accept: &str) -> Answer {
    atlas.ask("GET", path, &[("accept", accept)])
}

fn kind(answer: &Answer) -> &str {
    answer.header("content-type").unwrap_or_default().split(';').next().unwrap()
}

/// Whether an answer says that another `Accept` may get another one.
fn varies(answer: &Answer) -> bool {
    let lines = answer.headers.iter().filter(|(name, _)| name == "vary");
    lines.flat_map(|(_, value)| value.split(',')).any(|name| name.trim().eq_ignore_ascii_case("accept"))
}

#[test]
fn a_browser_gets_the_page_and_a_program_the_data_at_one_address() {
    let atlas = Atlas::empty();
    let cat = atlas.cat("Mina");
    let entry = atlas.sighting_of(cat, "a cat");
    let first = atlas.get("/").is(200).body;
    for path in
        ["/entries".to_owned(), format!("/entries/{entry}"), "/cats".to_owned(), format!("/cats/{cat}"), "/entries?q=cat".to_owned()]
    {
        let page = get(&atlas, &path, BROWSER).is(200);
        assert_eq!((kind(&page), &page.body), ("text/html", &first), "{path}");
        let data = get(&atlas, &path, "application/json").is(200);
        assert_eq!(kind(&data), "application/json", "{path}");
        for answer in [page, data] {
            assert!(varies(&answer), "{path}: {:?}", answer.headers);
        }
    }
}

#[test]
fn whoever_likes_both_alike_or_says_nothing_gets_data() {
    let atlas = Atlas::empty();
    let id = atlas.sighting("a cat");
    for accept in ["*/*", "", "text/html, application/json", "text/html;q=0.4, application/json;q=0.5", "image/png", "no type at all"] {
        for path in ["/entries".to_owned(), format!("/entries/{id}")] {
            assert_eq!(kind(&get(&atlas, &path, accept).is(200)), "application/json", "{accept}");
        }
    }
    assert_eq!(kind(&atlas.get("/entries").is(200)), "application/json");
    assert_eq!(kind(&get(&atlas, "/entries", "text/html;level=1;q=0.9, application/json;q=0.5").is(200)), "text/html");
}

#[test]
fn pages_without_data_are_there_for_browsers_and_not_found_by_programs() {
    let atlas = Atlas::empty();
    for path in ["/map", "/sign-in", "/register", "/set-up", "/account", "/admin"] {
        let page = get(&atlas, path, BROWSER).is(200);
        assert_eq!((kind(&page), varies(&page)), ("text/html", true), "{path}");
        get(&atlas, path, "application/json").is(404).in_error_shape();
        atlas.send("DELETE", path, None).is(405);
    }
    get(&atlas, "/nowhere", BROWSER).is(404).in_error_shape();
}

#[test]
fn a_page_is_asked_about_each_time_and_its_tag_is_known_again() {
    let atlas = Atlas::empty();
    let page = get(&atlas, "/entries/7", BROWSER).is(200);
    assert_eq!(page.header("cache-control"), Some("no-cache"));
    let tag = page.header("etag").unwrap();
    let again = atlas.ask("GET", "/entries/7", &[("accept", BROWSER), ("if-none-match", tag)]);
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert!(varies(&again));
    let other = atlas.ask("GET", "/entries/7", &[("accept", "application/json"), ("if-none-match", tag)]);
    assert_eq!(other.status, 404, "the tag of the page is none of the data");
}

#[test]
fn what_is_refused_as_data_is_a_page_even_so_for_it_says_how_to_sign_in() {
    let atlas = Atlas::serve_with(crate::support::Folder::new(), &["--access", "private"]);
    get(&atlas, "/entries", "application/json").is(401).has_code("SIGN_IN_NEEDED");
    for path in ["/entries", "/entries/1", "/admin/audit"] {
        assert_eq!(kind(&get(&atlas, path, BROWSER).is(200)), "text/html", "{path}");
    }
}

#[test]
fn pages_do_not_count_against_a_limit() {
    let atlas = Atlas::serve_with(crate::support::Folder::new(), &["--rate-limit-per-minute", "2"]);
    for _ in 0..5 {
        assert_eq!(get(&atlas, "/entries", BROWSER).is(200).header("x-ratelimit-limit"), None);
    }
    get(&atlas, "/entries", "application/json").is(200);
}

#[test]
fn a_cat_is_told_by_itself() {
    let atlas = Atlas::empty();
    let id = atlas.cat("Mina");
    assert_eq!(atlas.get(&format!("/cats/{id}")).is(200).json()["name"], "Mina");
    atlas.get("/cats/999999").is(404).has_code("CAT_NOT_FOUND");
}

#[test]
fn everybody_may_ask_how_they_stand() {
    let atlas = Atlas::serve_with(crate::support::Folder::new(), &["--access", "community"]);
    let visitor = atlas.get("/auth/standing").is(200).json();
    assert_eq!([&visitor["account"], &visitor["isStale"], &visitor["access"]], [&json!(null), &json!(false), &json!("community")]);
    assert_eq!([&visitor["may"]["log"], &visitor["may"]["edit"]], ["any", "no"]);
    let mina = atlas.person("mina", "member").get("/auth/standing").is(200).json();
    assert_eq!([&mina["account"]["username"], &mina["may"]["edit"]], ["mina", "own"]);
    let stale = atlas.ask("GET", "/auth/standing", &[("cookie", "catatlas_access=worthless")]).is(200).json();
    assert_eq!([&stale["account"], &stale["isStale"]], [&json!(null), &json!(true)]);
}
