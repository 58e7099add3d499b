//! The geocoder: its circuit breaker, its queue, and whom it believes.

mod known_places;
#[path = "../blackbox/support/nominatim.rs"]
mod nominatim;

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use catatlas::domain::geo::Point;
use catatlas::domain::geocoding::{CircuitState, GeocodingStatus, KnownPlace, Place, most_alike, words};
use catatlas::geocoder::breaker::{Breaker, Limits};
use catatlas::geocoder::client::Failure;
use catatlas::geocoder::{Config, Geocoder, Unavailable};
use nominatim::{Nominatim, Says};
use tokio::join;

const SECOND: Duration = Duration::from_secs(1);
const LIMITS: Limits = Limits { failures: 5, rest: Duration::from_secs(60), trials: 3 };

/// A breaker after five failures at this moment.
fn open_circuit(now: Instant) -> Breaker {
    let mut breaker = Breaker::new(LIMITS);
    (0..5).for_each(|_| breaker.failed(now));
    breaker
}

#[test]
fn five_failures_in_a_row_open_the_circuit_for_a_minute() {
    let now = Instant::now();
    let mut breaker = Breaker::new(LIMITS);
    for failures in 1..5 {
        breaker.failed(now);
        assert_eq!((breaker.state(now), breaker.failures()), (CircuitState::Closed, failures));
    }
    breaker.failed(now);
    assert_eq!((breaker.state(now), breaker.failures()), (CircuitState::Open, 5));
    assert_eq!(breaker.state(now + Duration::from_nanos(59_999_999_999)), CircuitState::Open);
    assert_eq!(breaker.state(now + 60 * SECOND), CircuitState::HalfOpen);
}

#[test]
fn a_success_forgets_the_failures_before_it() {
    let now = Instant::now();
    let mut breaker = Breaker::new(LIMITS);
    for _ in 0..3 {
        (0..4).for_each(|_| breaker.failed(now));
        breaker.succeeded();
        assert_eq!((breaker.state(now), breaker.failures()), (CircuitState::Closed, 0));
    }
}

#[test]
fn three_trials_that_succeed_close_the_circuit() {
    let now = Instant::now();
    let (mut breaker, later) = (open_circuit(now), now + 60 * SECOND);
    for _ in 0..2 {
        breaker.succeeded();
        assert_eq!((breaker.state(later), breaker.failures()), (CircuitState::HalfOpen, 5));
    }
    breaker.succeeded();
    assert_eq!((breaker.state(later), breaker.failures()), (CircuitState::Closed, 0));
    breaker.failed(later);
    assert_eq!(breaker.state(later), CircuitState::Closed, "counting starts anew");
}

#[test]
fn one_trial_that_fails_opens_the_circuit_for_another_minute() {
    let now = Instant::now();
    let (mut breaker, later) = (open_circuit(now), now + 61 * SECOND);
    breaker.succeeded();
    breaker.succeeded();
    breaker.failed(later);
    assert_eq!((breaker.state(later + 59 * SECOND), breaker.failures()), (CircuitState::Open, 6));
    assert_eq!(breaker.state(later + 60 * SECOND), CircuitState::HalfOpen);
    (0..2).for_each(|_| breaker.succeeded());
    assert_eq!(breaker.state(later + 60 * SECOND), CircuitState::HalfOpen, "trials passed before do not count");
}

#[test]
fn a_place_off_the_globe_or_without_a_name_is_no_place() {
    let at = |lat, lon| Place::heard("Park", Point { lat, lon }, None);
    assert!(at(90.0, -180.0).is_some());
    for (lat, lon) in [(90.1, 0.0), (-90.1, 0.0), (0.0, 180.1), (0.0, -180.1), (f64::NAN, 0.0), (0.0, f64::INFINITY)] {
        assert_eq!(at(lat, lon), None, "{lat} {lon}");
    }
    for name in ["", " \n", "\0", "<b></b>"] {
        assert_eq!(Place::heard(name, Point { lat: 0.0, lon: 0.0 }, None), None, "{name:?}");
    }
}

#[test]
fn what_a_server_says_is_cleaned_and_cut() {
    let name = format!("Reed\u{7} <i>Park</i>,\n Katzenbruck {}", "x".repeat(1000));
    let place = Place::heard(&name, Point { lat: 0.0, lon: 0.0 }, Some(&"7".repeat(1000))).unwrap();
    assert!(place.name().starts_with("Reed Park, Katzenbruck xxx"), "{}", place.name());
    assert_eq!((place.name().chars().count(), place.osm_id().unwrap().len()), (500, 64));
}

#[test]
fn the_most_alike_place_shares_more_than_half_of_the_words() {
    let known = |locations: &[&str]| {
        let place = |location: &&str| Place::heard(location, Point { lat: 1.0, lon: 2.0 }, None).unwrap();
        locations.iter().map(|location| KnownPlace { location: (*location).to_owned(), place: place(location) }).collect()
    };
    let alike = |location, locations: &[&str]| most_alike(location, known(locations)).map(|known| known.location);
    assert_eq!(words("Linden 5,\t04109 LINDEN Улица"), ["04109", "5", "linden", "улица"].map(str::to_owned).into());
    assert_eq!(alike("Reed Park", &["Reed Park Street 5"]), None, "half is not more than half");
    assert_eq!(alike("reed park, north", &["Reed Park", "PARK (Reed) North", "North Reed Park"]).unwrap(), "PARK (Reed) North");
    assert_eq!(alike("Тверская улица 5", &["тверская улица"]).unwrap(), "тверская улица");
    assert_eq!(alike("!", &["?"]), None);
}

/// Impatient enough for a test.
fn quick(server: &Nominatim) -> Config {
    let limits = Limits { rest: Duration::from_secs(3600), ..LIMITS };
    Config { timeout: 10 * SECOND, interval: Duration::from_millis(1), limits, ..Config::polite(server.url.parse().unwrap()) }
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

fn locate(geocoder: &Arc<Geocoder>) -> Result<Option<Place>, Unavailable> {
    wait(geocoder.locate("near Reed Park"))
}

#[test]
fn a_server_is_asked_as_nominatim_wants_to_be_asked() {
    let server = Nominatim::that_knows_a_park();
    for path in ["", "/", "/search", "/geo/search/", "/geo?key=k"] {
        let config = Config { server: format!("{}{path}", server.url).parse().unwrap(), ..quick(&server) };
        wait(Geocoder::new(config).locate("  Linden\0 5 & more,\n Köln ")).unwrap();
    }
    let query = "q=Linden+5+%26+more%2C+K%C3%B6ln&format=json&limit=1&addressdetails=1";
    for path in ["/search?", "/search?", "/search?", "/geo/search?", "/geo/search?key=k&"] {
        let head = server.next().head.to_lowercase();
        assert!(head.starts_with(&format!("get {path}{query} http/1.1\r\n").to_lowercase()), "{head}");
        assert!(head.contains("\r\nuser-agent: catatlas/"), "{head}");
    }
}

#[test]
fn an_answer_is_a_place_or_none() {
    let server = Nominatim::that_knows_a_park();
    let geocoder = Geocoder::new(quick(&server));
    let place = locate(&geocoder).unwrap().unwrap();
    assert_eq!((place.name(), place.osm_id()), ("Reed Park, Katzenbruck, 04256, Germany", Some("181666496")));
    assert_eq!(place.point(), Point { lat: 51.334_604_3, lon: 12.344_313_1 });
    server.now_says(Says::place("-0.5", "7", "Here"));
    assert_eq!(locate(&geocoder).unwrap().unwrap().point(), Point { lat: -0.5, lon: 7.0 });
    server.now_says(Says::no_place());
    assert_eq!(locate(&geocoder), Ok(None));
    assert_eq!(geocoder.health().failure_count, 0);
}

#[test]
fn whatever_is_no_answer_is_a_failure() {
    let other = Nominatim::that_knows_a_park();
    let (no_list, no_place) = (Failure::Unusable("was no list of places"), Failure::Unusable("was no place on the globe"));
    let body = |text: &str| Says::Body(text.to_owned());
    for (says, failure, requests) in [
        (Says::Status(500), Failure::Refused(500), 3),
        (Says::Status(503), Failure::Refused(503), 3),
        (Says::Status(429), Failure::Refused(429), 1),
        (Says::Status(404), Failure::Refused(404), 1),
        (Says::Elsewhere(other.url.clone()), Failure::Refused(302), 1),
        (Says::Nothing, Failure::TimedOut, 3),
        (Says::Trickle, Failure::TimedOut, 3),
        (body(&format!("[{}]", " ".repeat(300_000))), Failure::Unusable("was too long"), 1),
        (body("<html>"), no_list.clone(), 1),
        (body(r#"{"error": "no"}"#), no_list.clone(), 1),
        (body(&"[".repeat(100_000)), no_list, 1),
        (body("[7]"), no_place.clone(), 1),
        (body(r#"[{"lat": "1", "lon": "2"}]"#), no_place.clone(), 1),
        (Says::place("\"north\"", "2", "Here"), no_place.clone(), 1),
        (Says::place("\"NaN\"", "2", "Here"), no_place.clone(), 1),
        (Says::place("1e999", "2", "Here"), no_place.clone(), 1),
        (Says::place("91", "2", "Here"), no_place.clone(), 1),
        (Says::place("1", "-180.5", "Here"), no_place, 1),
    ] {
        let server = Nominatim::that(says.clone());
        let timeout = if failure == Failure::TimedOut { Duration::from_millis(50) } else { 10 * SECOND };
        let geocoder = Geocoder::new(Config { timeout, ..quick(&server) });
        assert_eq!(locate(&geocoder), Err(Unavailable::Failed(failure)), "{says:?}");
        assert_eq!(server.rest().len(), requests, "{says:?}");
        assert_eq!(geocoder.health().failure_count, 1, "{says:?}");
        assert!(geocoder.health().last_failure.is_some_and(|time| time.ends_with('Z')), "{says:?}");
    }
    assert_eq!(other.rest().len(), 0, "nobody follows a redirect");
}

#[test]
fn nobody_at_home_is_a_failure() {
    let server = Nominatim::that_knows_a_park();
    let nobody = Config { server: "http://127.0.0.1:1".parse().unwrap(), ..quick(&server) };
    assert_eq!(locate(&Geocoder::new(nobody)), Err(Unavailable::Failed(Failure::Unreachable)));
}

#[test]
fn a_failure_that_a_retry_heals_is_none() {
    let server = Nominatim::that(Says::Status(500));
    let geocoder = Geocoder::new(Config { interval: Duration::from_millis(100), ..quick(&server) });
    let healed = std::thread::scope(|scope| {
        let call = scope.spawn(|| locate(&geocoder));
        server.next();
        server.now_says(Says::a_park());
        call.join().unwrap()
    });
    assert!(healed.unwrap().is_some());
    assert_eq!(geocoder.health().failure_count, 0);
}

#[test]
fn an_open_circuit_asks_nobody_and_trials_close_it() {
    let server = Nominatim::that(Says::Status(404));
    let geocoder = Geocoder::new(quick(&server));
    for failures in 1..=5 {
        assert_eq!(locate(&geocoder), Err(Unavailable::Failed(Failure::Refused(404))));
        assert_eq!(geocoder.health().failure_count, failures);
    }
    assert_eq!((geocoder.health().circuit_state, geocoder.health().status), (CircuitState::Open, GeocodingStatus::Unavailable));
    assert_eq!(locate(&geocoder), Err(Unavailable::Resting));
    assert_eq!(server.rest().len(), 5);

    let restless = Geocoder::new(Config { limits: Limits { rest: Duration::ZERO, ..LIMITS }, ..quick(&server) });
    (0..5).for_each(|_| assert!(locate(&restless).is_err()));
    server.now_says(Says::a_park());
    for _ in 0..3 {
        assert_eq!((restless.health().circuit_state, restless.health().status), (CircuitState::HalfOpen, GeocodingStatus::Degraded));
        locate(&restless).unwrap();
    }
    assert_eq!((restless.health().circuit_state, restless.health().status), (CircuitState::Closed, GeocodingStatus::Healthy));
}

#[test]
fn requests_keep_their_distance_and_their_order() {
    let server = Nominatim::that_knows_a_park();
    let interval = Duration::from_millis(100);
    let geocoder = Geocoder::new(Config { interval, ..quick(&server) });
    let (a, b, c) = wait(async { join!(geocoder.locate("a"), geocoder.locate("b"), geocoder.locate("c")) });
    assert!([a, b, c].iter().all(Result::is_ok));
    let asked = server.rest();
    for (asked, name) in asked.iter().zip(["a", "b", "c"]) {
        assert!(asked.head.contains(&format!("?q={name}&")), "{}", asked.head);
    }
    assert_eq!(asked.len(), 3);
    for pair in asked.windows(2) {
        assert!(pair[1].at - pair[0].at >= interval, "{:?}", pair[1].at - pair[0].at);
    }
}

#[test]
fn retries_come_later_and_later() {
    let server = Nominatim::that(Says::Status(500));
    let interval = Duration::from_millis(40);
    let geocoder = Geocoder::new(Config { interval, ..quick(&server) });
    locate(&geocoder).unwrap_err();
    let asked = server.rest();
    assert!(asked[1].at - asked[0].at >= interval);
    assert!(asked[2].at - asked[1].at >= 2 * interval);
}

#[test]
fn a_full_line_turns_people_away_at_once() {
    let server = Nominatim::that_knows_a_park();
    let geocoder = Geocoder::new(Config { line: 2, ..quick(&server) });
    let (a, b, c) = wait(async { join!(geocoder.locate("a"), geocoder.locate("b"), geocoder.locate("c")) });
    assert!(a.is_ok() && b.is_ok());
    assert_eq!(c, Err(Unavailable::Busy));
    assert_eq!(server.rest().len(), 2);
    assert!(locate(&geocoder).is_ok(), "the line is free again");
}

#[test]
fn who_would_wait_too_long_is_turned_away() {
    let server = Nominatim::that(Says::Nothing);
    let impatient = Config { timeout: Duration::from_millis(500), retries: 0, patience: Duration::from_millis(5), ..quick(&server) };
    let geocoder = Geocoder::new(impatient);
    let (a, b) = wait(async { join!(geocoder.locate("a"), geocoder.locate("b")) });
    assert_eq!(a, Err(Unavailable::Failed(Failure::TimedOut)));
    assert_eq!(b, Err(Unavailable::Busy));
    assert_eq!(geocoder.health().failure_count, 1, "waiting is no failure of the server");
}

#[test]
fn a_call_nobody_waits_for_ends_and_counts() {
    let server = Nominatim::that(Says::Nothing);
    let geocoder = Geocoder::new(Config { timeout: Duration::from_millis(50), retries: 0, ..quick(&server) });
    let gone = wait(async { tokio::time::timeout(Duration::ZERO, geocoder.locate("a")).await });
    assert!(gone.is_err());
    let first = server.next();
    server.now_says(Says::a_park());
    assert!(locate(&geocoder).is_ok(), "the turn was given back");
    assert!(server.next().at - first.at >= Duration::from_millis(50), "not before the first call had ended");
}

#[test]
fn a_failure_never_tells_the_address() {
    let server = Nominatim::that(Says::Status(403));
    let config = Config { server: format!("{}/?key=sesame", server.url).parse().unwrap(), ..quick(&server) };
    let told = locate(&Geocoder::new(config)).unwrap_err().to_string();
    assert_eq!(told, "The geocoder could not help: it answered with status 403. Please try again later.");
}
