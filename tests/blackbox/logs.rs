//! What the log says: one line a request, with its id, in two forms; and what it never says.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Atlas, Folder, Nominatim, PASSWORD, Raw, Says, wait_for};

const JSON: [&str; 2] = ["--log-form", "json"];

/// The lines of JSON in a log; what goes past the log is none of them.
fn lines(log: &str) -> Vec<Value> {
    log.lines()
        .filter(|line| line.starts_with('{'))
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

fn of_event<'l>(lines: &'l [Value], event: &str) -> Vec<&'l Value> {
    lines.iter().filter(|line| line["event"] == event).collect()
}

#[test]
fn a_request_is_one_line_of_json_with_everything_the_plan_names() {
    let atlas = Atlas::serve_with(Folder::new(), &JSON);
    let person = atlas.person("mina", "member");
    let answer = person.post("/entries", &json!({ "text": "a cat" })).is(200);
    let (request_id, entry_id, user_id) = (answer.header("x-request-id").unwrap().to_owned(), answer.id(), person.id);
    let length = answer.body.len();
    let lines = lines(&atlas.stop().stderr);
    let of_request: Vec<&Value> = lines.iter().filter(|line| line["request_id"] == *request_id).collect();
    let events: Vec<&str> = of_request.iter().map(|line| line["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["creating_entry", "entry_created", "request_completed"]);
    assert_eq!(of_request[1]["entry_id"], entry_id);
    let mut line = of_request[2].clone();
    let time = line["timestamp"].as_str().unwrap();
    assert!(time.len() == 24 && time.ends_with('Z') && time.parse::<jiff::Timestamp>().is_ok(), "{time}");
    assert!(line["duration_ms"].as_f64().is_some_and(|took| took > 0.0), "{line}");
    let names: Vec<String> = line.as_object().unwrap().keys().cloned().collect();
    for name in ["timestamp", "duration_ms"] {
        line.as_object_mut().unwrap().remove(name);
    }
    let expected = json!({
        "level": "info", "event": "request_completed", "request_id": request_id, "method": "POST", "path": "/entries",
        "status_code": 200, "client_ip": "127.0.0.1", "user_id": user_id, "bytes": length, "route": "/entries",
    });
    assert_eq!(line, expected);
    assert_eq!(names.len(), 12, "{names:?}");
}

#[test]
fn a_console_line_reads_as_the_plan_has_it() {
    let atlas = Atlas::empty();
    atlas.ask("GET", "/entries?limit=3", &[("x-request-id", "abc12345")]).is(200);
    let log = atlas.stop().stderr;
    let line = log.lines().find(|line| line.contains("path=/entries ")).unwrap_or_else(|| panic!("{log}"));
    let (time, rest) = line.split_once(' ').unwrap();
    assert!(time.parse::<jiff::Timestamp>().is_ok(), "{line}");
    let expected = "[info] request_completed request_id=abc12345 method=GET path=/entries status_code=200 duration_ms=";
    assert!(rest.starts_with(expected), "{line}");
}

#[test]
fn a_well_formed_request_id_is_kept_and_any_other_replaced() {
    let atlas = Atlas::empty();
    let told = |sent: &str| atlas.ask("GET", "/health", &[("x-request-id", sent)]).header("x-request-id").unwrap().to_owned();
    for kept in ["abc12345", "0b6a8c5e-3f0b-4c63-9a39-9a8f7d1e2c3b", "A.b_c-1", &"a".repeat(64)] {
        assert_eq!(told(kept), kept);
    }
    for replaced in ["a b", "a=b", "\u{e4}", &"a".repeat(65), "<b>"] {
        let id = told(replaced);
        assert!(id.len() == 8 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{replaced}: {id}");
    }
    let twice =
        Raw::connect(atlas.address()).send(b"GET /health HTTP/1.1\r\nhost: a\r\nx-request-id: one\r\nx-request-id: two\r\n\r\n").answer();
    assert_eq!(twice.unwrap().header("x-request-id").unwrap().len(), 8);
}

#[test]
fn what_the_writer_and_the_readers_do_names_the_request_they_do_it_for() {
    let arguments = [&JSON[..], &["--log-parts", "catatlas::store=debug"]].concat();
    let atlas = Atlas::serve_with(Folder::new(), &arguments);
    for (id, method, path) in [("the-write", "POST", "/cats"), ("the-read", "GET", "/entries")] {
        let body = if method == "POST" { json!({}) } else { Value::Null };
        atlas.request(method, path, &[("x-request-id", id)], &body).is(200);
    }
    let lines = lines(&atlas.stop().stderr);
    for id in ["the-write", "the-read"] {
        let of = |event| of_event(&lines, event).into_iter().filter(|line| line["request_id"] == id).count();
        assert!(of("executing_query") > 0 && of("query_completed") == of("executing_query"), "{id}: {lines:#?}");
    }
    let query = of_event(&lines, "executing_query")[0];
    assert!(query["query_hash"].as_str().is_some_and(|hash| hash.len() == 16), "{query}");
}

#[test]
fn a_part_may_be_quieter_or_louder_than_the_rest() {
    let atlas = Atlas::serve_with(Folder::new(), &[&JSON[..], &["--log-parts", "catatlas::access=off"]].concat());
    atlas.sighting("a cat");
    let lines = lines(&atlas.stop().stderr);
    assert_eq!(of_event(&lines, "request_completed").len(), 0);
    assert_eq!(of_event(&lines, "entry_created").len(), 1);
}

#[test]
fn nobody_can_forge_a_line() {
    let forged = "x\r\n{\"event\":\"forged\"}\u{1b}[31m\u{202e}\u{2028}\u{85}";
    for form in ["json", "console"] {
        let atlas = Atlas::serve_with(Folder::new(), &["--log-form", form]);
        atlas.post("/entries", &json!({ "text": "a cat", "nickname": forged })).is(200);
        atlas.get("/nowhere/%0d%0aforged%1b[31m%e2%80%ae").is(404);
        atlas.raw("GET /\u{202e}forged HTTP/1.1\r\nhost: a\r\n\r\n".as_bytes());
        let log = atlas.stop().stderr;
        let is_dangerous = |sign: char| (sign.is_control() && sign != '\n') || matches!(sign, '\u{2028}'..='\u{202e}');
        assert!(!log.contains(is_dangerous), "{log:?}");
        assert!(log.lines().all(|line| !line.starts_with("{\"event\":\"forged")), "{log}");
        assert!(log.contains("creating_entry"), "{log}");
    }
}

#[test]
fn secrets_notes_and_coordinates_are_in_no_line() {
    const NOTE: &str = "canary-of-a-note";
    let (lat, lon) = ("48.1374391", "11.5754902");
    let geocoder = Nominatim::that(Says::Status(500));
    let arguments =
        ["--log-level", "trace", "--geocoder-url", &geocoder.url, "--geocoder-interval-ms", "1", "--metrics-token", "canary-of-metrics"];
    let atlas = Atlas::serve_with(Folder::new(), &arguments);
    let person = atlas.person("mina", "member");
    let body = json!({ "text": NOTE, "location": "canary-of-a-place", "location_lat": 48.137_439_1, "location_lon": 11.575_490_2 });
    let id = person.post("/entries", &body).is(200).id();
    person.call(&format!("/entries/{id}/normalize-location?force=true")).is(200);
    person.call(&format!("/entries/{id}/analyze")).is(200);
    person.get(&format!("/entries/by-area?lat={lat}&lon={lon}")).is(200);
    person.get(&format!("/entries?q={NOTE}")).is(200);
    atlas.ask("GET", "/entries", &[("cookie", "catatlas_access=canary-of-a-cookie"), ("authorization", "Bearer canary-of-a-bearer")]);
    atlas.login("mina", "canary-of-a-password");
    atlas.post("/auth/refresh", &json!({ "refresh_token": "canary-of-a-refresh" }));
    atlas.post("/entries", &json!({ "text": [NOTE] })).is(422);
    let metrics = atlas.get("/metrics").is(200).start();
    let tokens = [person.access_token.clone(), person.refresh_token.clone()];
    let said = atlas.stop();
    for secret in [NOTE, "canary-of-", PASSWORD, lat, lon, "48.137439", "11.57549", &tokens[0], &tokens[1]] {
        for text in [&said.stderr, &said.stdout, &metrics] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
    assert!(said.stderr.contains("by-area"), "the requests themselves are told of: {}", said.stderr);
}

#[test]
fn a_log_file_begins_anew_before_it_is_too_large() {
    let atlas = Atlas::serve_with(Folder::new(), &["--log-file", "atlas.log", "--log-file-kilobytes", "4", "--log-files", "2"]);
    for _ in 0..120 {
        atlas.get("/health").is(200);
    }
    let folder = atlas.folder().data();
    wait_for("the second of the old files", || folder.join("atlas.log.2").exists().then_some(()));
    let stop = |atlas: Atlas| {
        atlas.send_signal("TERM");
        let mut atlas = atlas;
        let ended = atlas.program().wait().succeeds();
        let files: Vec<String> = atlas.folder().file_names().into_iter().filter(|name| name.starts_with("atlas.log")).collect();
        let sizes: Vec<u64> = files.iter().map(|name| fs::metadata(atlas.folder().data().join(name)).unwrap().len()).collect();
        let newest = fs::read_to_string(atlas.folder().data().join("atlas.log")).unwrap();
        (ended, files, sizes, newest)
    };
    let (ended, files, sizes, newest) = stop(atlas);
    assert_eq!(files, ["atlas.log", "atlas.log.1", "atlas.log.2"]);
    assert!(sizes.iter().all(|size| *size <= 4096), "{sizes:?}");
    assert!(ended.stderr.ends_with(&newest), "standard error has the same lines");
}

#[test]
fn sighup_opens_the_file_again_and_reads_the_level_anew() {
    let folder = Folder::new();
    fs::write(folder.data().join("catatlas.toml"), "log_level = 'warn'\nlog_file = 'atlas.log'\n").unwrap();
    let program = folder.start(&["serve", "--port", "0", "--config", "catatlas.toml"]);
    let atlas = Atlas::answering(folder, program);
    let log = atlas.folder().data().join("atlas.log");
    let read = || fs::read_to_string(&log).unwrap_or_default();
    atlas.get("/robots.txt").is(200);
    fs::rename(&log, log.with_extension("old")).unwrap();
    fs::write(atlas.folder().data().join("catatlas.toml"), "log_level = 'info'\nlog_file = 'atlas.log'\n").unwrap();
    atlas.send_signal("HUP");
    wait_for("the level to be read anew", || read().contains("log_reopened").then_some(()));
    atlas.get("/docs").is(200);
    wait_for("a line of the new level", || read().contains("path=/docs").then_some(()));
    assert!(!read().contains("robots.txt"), "the level was higher: {}", read());
    fs::write(atlas.folder().data().join("catatlas.toml"), "log_level = 'loud'\n").unwrap();
    atlas.send_signal("HUP");
    wait_for("a word about the mistake", || read().contains("the levels stay").then_some(()));
    atlas.get("/health").is(200);
}
