//! Locations looked up at a geocoder: what is asked, kept and answered, and what happens when the geocoder is unwell.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{Answer, Atlas, Folder, Nominatim, Says, problem};

const RESULT_FIELDS: [&str; 8] =
    ["entry_id", "original_location", "normalized_location", "latitude", "longitude", "osm_id", "status", "message"];
const PLACE_FIELDS: [&str; 4] = ["location_normalized", "location_lat", "location_lon", "location_osm_id"];

/// An empty atlas that asks this server, one request soon after the other.
#[track_caller]
fn atlas_asking(server: &Nominatim) -> Atlas {
    Atlas::serve_with(Folder::new(), &["--geocoder-url", &server.url, "--geocoder-interval-ms", "1"])
}

#[track_caller]
fn sighting_at(atlas: &Atlas, location: &str) -> i64 {
    atlas.post("/entries", &json!({"text": "a cat", "location": location})).is(200).id()
}

#[track_caller]
fn look_up(atlas: &Atlas, id: i64) -> Value {
    atlas.call(&format!("/entries/{id}/normalize-location")).is(200).json()
}

/// `location_normalized`, latitude, longitude and id as stored.
#[track_caller]
fn place_of(atlas: &Atlas, id: i64) -> [Value; 4] {
    let entry = atlas.get(&format!("/entries/{id}")).is(200).json();
    PLACE_FIELDS.map(|field| entry[field].clone())
}

const NOWHERE: [Value; 4] = [Value::Null, Value::Null, Value::Null, Value::Null];

fn the_park() -> [Value; 4] {
    [json!("Reed Park, Katzenbruck, 04256, Germany"), json!(51.334_604_3), json!(12.344_313_1), json!("181666496")]
}

/// The lookup ended with this status, told why, left the sighting without a place, and gave nothing of the inside away.
#[track_caller]
fn ends_without_a_place(atlas: &Atlas, id: i64, status: &str) -> String {
    let answer = look_up(atlas, id);
    assert_eq!((&answer["status"], &answer["entry_id"]), (&json!(status), &json!(id)), "{answer}");
    for field in ["normalized_location", "latitude", "longitude", "osm_id"] {
        assert_eq!(answer[field], Value::Null, "{answer}");
    }
    assert_eq!(place_of(atlas, id), NOWHERE);
    let message = answer["message"].as_str().expect("a message").to_owned();
    for secret in ["127.0.0.1", "http", "/search", "sesame", "src/", ".rs", &atlas.folder().data().display().to_string()] {
        assert!(!message.contains(secret), "{secret} in {message}");
    }
    message
}

#[track_caller]
fn health(atlas: &Atlas) -> Value {
    let answer = atlas.get("/health/geocoding").is(200);
    in_order(&answer, &["service", "circuit_state", "failure_count", "last_failure", "status"]);
    answer.json()
}

#[track_caller]
fn in_order(answer: &Answer, fields: &[&str]) {
    let text = answer.start();
    let at: Vec<usize> = fields.iter().map(|field| text.find(&format!("\"{field}\":")).expect(field)).collect();
    assert!(at.is_sorted(), "{text}");
    assert_eq!(answer.json().as_object().unwrap().len(), fields.len(), "{text}");
}

#[test]
fn a_location_that_is_found_places_the_sighting() {
    let server = Nominatim::that_knows_a_park();
    let atlas = atlas_asking(&server);
    let id = sighting_at(&atlas, "near Reed Park");
    let answer = atlas.call(&format!("/entries/{id}/normalize-location")).is(200);
    in_order(&answer, &RESULT_FIELDS);
    assert_eq!(
        answer.json(),
        json!({
            "entry_id": id, "original_location": "near Reed Park", "normalized_location": "Reed Park, Katzenbruck, 04256, Germany",
            "latitude": 51.334_604_3, "longitude": 12.344_313_1, "osm_id": "181666496", "status": "success", "message": null
        })
    );
    assert_eq!(place_of(&atlas, id), the_park());
    let head = server.next().head;
    assert!(head.starts_with("GET /search?q=near+Reed+Park&format=json&limit=1&addressdetails=1 "), "{head}");
    assert!(head.to_lowercase().contains("\r\nuser-agent: catatlas/"), "{head}");
    assert_eq!(
        health(&atlas),
        json!({"service": "nominatim", "circuit_state": "closed", "failure_count": 0, "last_failure": null, "status": "healthy"})
    );
}

#[test]
fn a_sighting_placed_by_a_lookup_is_found_by_place_and_by_word() {
    let atlas = atlas_asking(&Nominatim::that_knows_a_park());
    let [one, other] = ["Reed Park", "park, north gate"].map(|location| sighting_at(&atlas, location));
    atlas.get(&format!("/entries/{one}/nearby")).is(400);
    for id in [one, other] {
        assert_eq!(look_up(&atlas, id)["status"], "success");
    }
    let area = atlas.get("/entries/by-area?lat=51.3346&lon=12.3443&radius=10").is(200).json();
    assert_eq!(area["total_count"], 2, "{area}");
    let matches = atlas.get(&format!("/entries/{one}/matches")).is(200).json();
    assert_eq!(matches[0]["score"].as_f64(), Some(1.0), "by the place, not by the words of the location: {matches}");
    assert_eq!(atlas.get("/entries?q=north").is(200).ids(), [other]);
    assert_eq!(atlas.get("/entries?q=reed").is(200).ids(), [one]);
}

#[test]
fn a_location_is_looked_up_once_unless_forced() {
    let server = Nominatim::that_knows_a_park();
    let atlas = atlas_asking(&server);
    let id = sighting_at(&atlas, "near Reed Park");
    look_up(&atlas, id);
    server.now_says(Says::place("1.5", "2.5", "Elsewhere"));
    for query in ["", "?force=false", "?force=0"] {
        let again = atlas.call(&format!("/entries/{id}/normalize-location{query}")).is(200).json();
        assert_eq!(again["status"], "already_normalized");
        assert_eq!([&again["normalized_location"], &again["latitude"], &again["longitude"], &again["osm_id"]], the_park().each_ref());
    }
    assert_eq!(server.rest().len(), 1);
    let forced = atlas.call(&format!("/entries/{id}/normalize-location?force=true")).is(200).json();
    assert_eq!((&forced["status"], &forced["normalized_location"]), (&json!("success"), &json!("Elsewhere")));
    assert_eq!(place_of(&atlas, id), [json!("Elsewhere"), json!(1.5), json!(2.5), json!("181666496")]);
    server.now_says(Says::no_place());
    let forced = atlas.call(&format!("/entries/{id}/normalize-location?force=true")).is(200).json();
    assert_eq!(forced["status"], "not_found");
    assert_eq!(place_of(&atlas, id)[0], "Elsewhere", "what is known stays");
    assert_eq!(atlas.get("/entries?bbox=12.3,51.3,12.4,51.4").is(200).ids(), [0; 0], "the old place is forgotten");
    assert_eq!(atlas.get("/entries?bbox=2.4,1.4,2.6,1.6").is(200).ids(), [id]);
}

#[test]
fn a_sighting_without_a_location_is_not_asked_for() {
    let server = Nominatim::that_knows_a_park();
    let atlas = atlas_asking(&server);
    let id = atlas.sighting("a cat");
    ends_without_a_place(&atlas, id, "no_location");
    assert_eq!(look_up(&atlas, id)["original_location"], "");
    assert_eq!(server.rest().len(), 0);
}

#[test]
fn a_location_nobody_knows_is_not_found_and_no_failure() {
    let server = Nominatim::that(Says::no_place());
    let atlas = atlas_asking(&server);
    let id = sighting_at(&atlas, "behind the moon");
    for _ in 0..6 {
        ends_without_a_place(&atlas, id, "not_found");
    }
    assert_eq!(server.rest().len(), 6);
    assert_eq!(health(&atlas)["circuit_state"], "closed");
    assert_eq!(health(&atlas)["failure_count"], 0);
}

#[test]
fn there_is_no_lookup_without_a_sighting() {
    let server = Nominatim::that_knows_a_park();
    let atlas = atlas_asking(&server);
    for id in ["1", "0", "-1", "9223372036854775808"] {
        let refused = atlas.call(&format!("/entries/{id}/normalize-location")).is(404).in_error_shape();
        assert_eq!(refused.json()["detail"], "Entry not found");
    }
    atlas.call("/entries/1/normalize-location?force=perhaps").names(&[problem("bool_parsing", "query", "force")]);
    atlas.call("/entries/one/normalize-location").names(&[problem("int_parsing", "path", "entry_id")]);
    assert_eq!(server.rest().len(), 0);
}

#[test]
fn an_unusable_answer_is_an_error_and_changes_nothing() {
    let body = |text: &str| Says::Body(text.to_owned());
    for (says, requests) in [
        (Says::Status(500), 3),
        (Says::Status(429), 1),
        (Says::Elsewhere("http://127.0.0.1:1/sesame".to_owned()), 1),
        (body("{malformed"), 1),
        (body(&format!("[\"{}\"]", "x".repeat(1 << 20))), 1),
        (Says::place("90.01", "0", "Here"), 1),
        (Says::place("0", "-181", "Here"), 1),
        (Says::place("1e999", "0", "Here"), 1),
    ] {
        let server = Nominatim::that(says);
        let atlas = atlas_asking(&server);
        let id = sighting_at(&atlas, "near Reed Park");
        ends_without_a_place(&atlas, id, "error");
        assert_eq!(server.rest().len(), requests);
        let health = health(&atlas);
        assert_eq!((&health["failure_count"], &health["status"]), (&json!(1), &json!("healthy")), "{health}");
        assert!(health["last_failure"].as_str().is_some_and(|time| time.parse::<jiff::Timestamp>().is_ok()), "{health}");
    }
}

#[test]
fn a_server_that_is_too_slow_is_an_error() {
    for says in [Says::Nothing, Says::Trickle] {
        let server = Nominatim::that(says);
        let timing = ["--geocoder-timeout-ms", "50", "--geocoder-interval-ms", "1"];
        let atlas = Atlas::serve_with(Folder::new(), &[&["--geocoder-url", &server.url], timing.as_slice()].concat());
        let id = sighting_at(&atlas, "near Reed Park");
        ends_without_a_place(&atlas, id, "error");
        assert_eq!(server.rest().len(), 3);
        assert_eq!(health(&atlas)["failure_count"], 1);
    }
}

#[test]
fn a_stop_does_not_wait_for_the_geocoder() {
    let server = Nominatim::that(Says::Nothing);
    let atlas = atlas_asking(&server);
    let id = sighting_at(&atlas, "near Reed Park");
    let (answer, took) = thread::scope(|scope| {
        let lookup = scope.spawn(|| look_up(&atlas, id));
        server.next();
        let stopping = Instant::now();
        atlas.send_signal("TERM");
        (lookup.join().unwrap(), stopping.elapsed())
    });
    assert_eq!(answer["status"], "error");
    assert!(took < Duration::from_secs(5), "{took:?}, while the geocoder has ten seconds for a try");
    atlas.stop().succeeds();
}

#[test]
fn after_five_failures_the_most_similar_known_place_answers() {
    let server = Nominatim::that_knows_a_park();
    let atlas = atlas_asking(&server);
    let [known, like, unlike] = ["Reed Park", "Reed Park, north", "Smith Street"].map(|location| sighting_at(&atlas, location));
    look_up(&atlas, known);
    server.now_says(Says::Status(404));
    for failures in 1..=5 {
        ends_without_a_place(&atlas, like, "error");
        assert_eq!(health(&atlas)["failure_count"], failures);
    }
    let asked = server.rest().len();
    let state = health(&atlas);
    assert_eq!((&state["circuit_state"], &state["status"]), (&json!("open"), &json!("unavailable")), "{state}");

    let guess = look_up(&atlas, like);
    assert_eq!(guess["status"], "fallback");
    assert_eq!(guess["original_location"], "Reed Park, north");
    assert_eq!([&guess["normalized_location"], &guess["latitude"], &guess["longitude"], &guess["osm_id"]], the_park().each_ref());
    assert_eq!(place_of(&atlas, like), NOWHERE, "a guess is not kept");
    ends_without_a_place(&atlas, unlike, "error");
    assert_eq!(look_up(&atlas, known)["status"], "already_normalized", "what is known needs no geocoder");
    assert_eq!(server.rest().len(), 0, "nobody is asked after {asked} requests");
}

#[test]
fn requests_come_one_interval_apart_whoever_asks() {
    let server = Nominatim::that_knows_a_park();
    let atlas = Atlas::serve_with(Folder::new(), &["--geocoder-url", &server.url, "--geocoder-interval-ms", "200"]);
    let sightings = ["one", "two", "three"].map(|location| sighting_at(&atlas, location));
    thread::scope(|scope| {
        for id in sightings {
            let atlas = &atlas;
            scope.spawn(move || assert_eq!(look_up(atlas, id)["status"], "success"));
        }
    });
    let asked = server.rest();
    assert_eq!(asked.len(), 3);
    for pair in asked.windows(2) {
        let apart = pair[1].at - pair[0].at;
        assert!(apart >= Duration::from_millis(200), "{apart:?}");
    }
}

#[test]
fn without_a_geocoder_nothing_is_asked_and_the_answer_says_how_to_name_one() {
    let atlas = Atlas::empty();
    let id = sighting_at(&atlas, "near Reed Park");
    let message = ends_without_a_place(&atlas, id, "error");
    assert!(message.contains("--geocoder-url"), "{message}");
    let state = health(&atlas);
    assert_eq!((&state["circuit_state"], &state["status"], &state["failure_count"]), (&json!("off"), &json!("off"), &json!(0)), "{state}");
}

#[test]
fn a_geocoder_that_is_no_web_address_is_refused_at_the_start() {
    for address in ["nominatim", "ftp://127.0.0.1/", "file:///etc/passwd", "http://"] {
        Folder::new().run(&["serve", "--port", "0", "--geocoder-url", address]).fails().says_one_of(&["geocoder-url"]);
    }
}
