//! Rate limits: who is counted with whom, and what whoever asks too often is told.

use std::net::Ipv4Addr;
use std::time::{Instant, SystemTime};

use crate::support::{Answer, Atlas, Folder, wait_for};

/// An atlas with the limits that it has by itself: 100 reads, 30 writes, 10 analyses a minute.
#[track_caller]
fn atlas() -> Atlas {
    atlas_with("100", &[])
}

#[track_caller]
fn atlas_with(per_minute: &str, arguments: &[&str]) -> Atlas {
    Atlas::serve_with(Folder::new(), &[&["--rate-limit-per-minute", per_minute], arguments].concat())
}

fn limit(answer: &Answer) -> Option<u64> {
    answer.header("x-ratelimit-limit").map(|limit| limit.parse().unwrap())
}

/// A count that goes down with each request, and that time may have filled up again a little.
struct Countdown {
    began: Instant,
    limit: u64,
    taken: u64,
}

impl Countdown {
    fn from(limit: u64) -> Self {
        Self { began: Instant::now(), limit, taken: 0 }
    }

    /// How much may have come back since: an upper bound, for an evenly filling bucket.
    fn refilled(&self) -> u64 {
        (self.began.elapsed().as_secs() + 1) * self.limit / 60 + 1
    }

    /// This request came out of the same bucket as those before.
    #[track_caller]
    fn counts(&mut self, answer: &Answer) {
        self.taken += 1;
        let remaining = answer.number("x-ratelimit-remaining");
        let least = self.limit.saturating_sub(self.taken);
        assert_eq!(limit(answer), Some(self.limit), "{}", answer.request);
        assert!((least..=least + self.refilled()).contains(&remaining), "{}: {remaining} left after {}", answer.request, self.taken);
    }
}

#[test]
fn every_route_counts_in_its_category() {
    let atlas = atlas();
    for (category, requests) in [
        (Some(100), &["GET /entries", "GET /entries/1", "GET /entries/1/matches", "GET /entries/1/nearby", "GET /entries/1/analysis"][..]),
        (Some(100), &["GET /entries/by-area", "GET /entries/by-area/suggested-groups", "GET /cats", "GET /cats/1/profile"]),
        (Some(100), &["GET /cats/1/profile/enhanced", "GET /cats/1/sightings", "GET /cats/1/comments"]),
        (Some(100), &["HEAD /entries", "GET /nowhere", "POST /nowhere", "PUT /entries", "DELETE /health", "OPTIONS /entries"]),
        (Some(30), &["POST /entries", "POST /entries/1/favorite", "POST /entries/1/assign/1", "POST /cats", "PATCH /cats/1"]),
        (Some(30), &["POST /cats/1/link-sightings", "POST /cats/from-sightings", "POST /cats/1/comments", "DELETE /cats/1/comments/1"]),
        (Some(10), &["POST /entries/1/analyze", "POST /cats/1/insights", "POST /entries/1/normalize-location"]),
        (None, &["GET /health", "GET /health/live", "GET /health/geocoding", "GET /", "GET /robots.txt", "GET /favicon.ico"]),
    ] {
        for request in requests {
            let (method, path) = request.split_once(' ').unwrap();
            assert_eq!(limit(&atlas.ask(method, path, &[])), category, "{request}");
        }
    }
}

#[test]
fn a_client_is_told_how_many_requests_are_left_and_when_all_will_be() {
    let atlas = atlas();
    let mut countdown = Countdown::from(30);
    for _ in 0..20 {
        let before = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
        let answer = atlas.post("/entries", &serde_json::json!({ "text": "a cat" })).is(200);
        countdown.counts(&answer);
        let until_full = answer.number("x-ratelimit-reset") - before;
        assert!((1..=61).contains(&until_full), "{until_full} s");
        assert_eq!(answer.header("retry-after"), None);
    }
}

#[test]
fn whoever_asks_too_often_is_refused_and_told_when_to_ask_again() {
    let atlas = atlas();
    for _ in 0..10 {
        atlas.call("/entries/1/analyze").is(404);
    }
    let before = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let refused = atlas.call("/entries/1/analyze").is(429).has_code("RATE_LIMITED");
    assert_eq!(refused.json()["detail"]["retryable"], true);
    assert_eq!(refused.json()["request_id"].as_str(), refused.header("x-request-id"));
    assert_eq!([limit(&refused), Some(refused.number("x-ratelimit-remaining"))], [Some(10), Some(0)]);
    assert!((1..=6).contains(&refused.number("retry-after")), "one of 10 a minute comes every 6 s: {:?}", refused.headers);
    assert!((54..=62).contains(&(refused.number("x-ratelimit-reset") - before)), "{:?}", refused.headers);
}

#[test]
fn a_refusal_comes_before_the_request_is_read_or_done() {
    let atlas = atlas_with("10", &[]);
    for number in 0..3 {
        atlas.sighting(&format!("cat {number}"));
    }
    atlas.post("/entries", &serde_json::json!({ "text": "one too many" })).is(429);
    atlas.post_text("/entries", "{").is(429);
    assert_eq!(atlas.count(), 3);
}

#[test]
fn categories_do_not_share_a_bucket() {
    let atlas = atlas();
    while atlas.call("/entries/1/analyze").status != 429 {}
    while atlas.call("/entries/1/favorite").status != 429 {}
    atlas.get("/entries").is(200);
    while atlas.get("/entries").status != 429 {}
    atlas.get("/health").is(200);
}

#[test]
fn what_was_taken_comes_back() {
    let atlas = atlas_with("6000", &[]);
    // 600 analyses a minute: ten a second.
    while atlas.call("/entries/1/analyze").status != 429 {}
    wait_for("one more to be there", || (atlas.call("/entries/1/analyze").status == 404).then_some(()));
}

#[test]
fn no_spelling_of_a_request_has_a_bucket_of_its_own() {
    let atlas = atlas_with("1000", &[]);
    let mut countdown = Countdown::from(1000);
    for line in [
        "GET /entries",
        "HEAD /entries",
        "GET /entries/",
        "GET //entries",
        "GET /entries//",
        "GET /ENTRIES",
        "GET /%65ntries",
        "GET /entries?limit=1",
        "GET /entries?x=%ff",
        "GET /entries/../entries",
        "GET /./entries",
        "GET /entries;a=b",
        "GET /entries/1",
        "GET /entries/0x1",
        "GET /cats",
        "GET /nowhere",
        "GET /%ff",
        "GET http://elsewhere/entries",
        "PUT /entries",
        "OPTIONS /entries",
        "TRACE /entries",
        "PROPFIND /entries",
        "get /entries",
        "GET /static/nothing",
    ] {
        for trick in
            ["x: y", "x-http-method-override: POST", "user-agent: another", "cookie: a=b", "authorization: Bearer made-up", "origin: null"]
        {
            let request = format!("{line} HTTP/1.1\r\nhost: atlas\r\nconnection: close\r\n{trick}\r\n\r\n");
            countdown.counts(&atlas.raw(request.as_bytes()).unwrap());
        }
    }
}

#[test]
fn a_form_that_calls_itself_another_method_counts_as_what_it_is() {
    let atlas = atlas();
    for method in ["GET", "get", "DELETE", "PATCH"] {
        let form = format!("_method={method}");
        let answer = atlas.send("POST", "/entries", Some(("application/x-www-form-urlencoded", form.as_bytes())));
        assert_eq!(limit(&answer), Some(30), "{form}");
    }
}

#[test]
fn what_is_not_limited_stays_so() {
    let atlas = atlas_with("1", &["--allowed-origins", "https://map.example.org"]);
    while atlas.get("/entries").status != 429 {}
    let asked = [("origin", "https://map.example.org"), ("access-control-request-method", "POST")];
    for _ in 0..20 {
        for path in ["/health", "/health/live", "/health/geocoding", "/", "/robots.txt", "/favicon.ico", "/manifest.webmanifest"] {
            assert_eq!(limit(&atlas.get(path).is(200)), None, "{path}");
        }
        assert_eq!(limit(&atlas.ask("OPTIONS", "/entries", &asked).is(200)), None);
    }
}

#[test]
fn zero_takes_a_limit_off() {
    let atlas = atlas_with("0", &[]);
    for path in ["/entries", "/nowhere"] {
        assert_eq!(limit(&atlas.get(path)), None, "{path}");
    }
    assert!(atlas.folder().run(&["serve", "--help"]).succeeds().stdout.contains("0 takes these limits off"));
}

/// Every header by which somebody in front of us might name a client.
const NAMES_OF_CLIENTS: [&str; 8] =
    ["x-forwarded-for", "x-real-ip", "x-client-ip", "x-cluster-client-ip", "true-client-ip", "cf-connecting-ip", "fly-client-ip", "via"];

#[test]
fn ten_thousand_made_up_addresses_get_no_more_than_one() {
    let atlas = atlas();
    let mut countdown = Countdown::from(100);
    let mut answered = 0;
    for number in 0_u32..10_000 {
        let address = Ipv4Addr::from_bits(number.wrapping_mul(2_654_435_761)).to_string();
        let forwarded = format!("for={address}");
        let headers: Vec<_> =
            NAMES_OF_CLIENTS.iter().map(|name| (*name, address.as_str())).chain([("forwarded", forwarded.as_str())]).collect();
        let answer = atlas.ask("GET", "/entries", &headers);
        if answer.status == 200 {
            countdown.counts(&answer);
            answered += 1;
        }
    }
    assert!((100..=100 + countdown.refilled()).contains(&answered), "{answered} answered");
}

#[test]
fn ten_thousand_addresses_made_up_in_front_of_a_trusted_proxy_get_no_more_than_one() {
    let atlas = atlas_with("100", &["--trusted-proxies", "127.0.0.0/8"]);
    let mut countdown = Countdown::from(100);
    let mut answered = 0;
    for number in 0_u32..10_000 {
        let made_up = Ipv4Addr::from_bits(number.wrapping_mul(2_654_435_761));
        // The proxy appends the address it heard to whatever the client wrote.
        let chain = format!("{made_up}, 203.0.113.7");
        let forwarded = format!("for={made_up}");
        let headers = [("x-forwarded-for", chain.as_str()), ("forwarded", &forwarded), ("x-real-ip", "198.51.100.1")];
        if atlas.ask("GET", "/entries", &headers).status == 200 {
            answered += 1;
        }
    }
    countdown.taken = answered;
    assert!((100..=100 + countdown.refilled()).contains(&answered), "{answered} answered");
}

#[test]
fn clients_behind_a_trusted_proxy_have_a_bucket_each() {
    let atlas = atlas_with("10", &["--trusted-proxies", "10.0.0.0/8,127.0.0.1"]);
    let remaining = |headers: &[(&str, &str)]| atlas.ask("GET", "/entries", headers).is(200).number("x-ratelimit-remaining");
    for client in ["203.0.113.7", "203.0.113.8", "2001:db8:0:1::1", "2001:db8:0:2::1"] {
        assert_eq!(remaining(&[("x-forwarded-for", client)]), 9, "{client}");
    }
    for (name, value) in [
        ("x-forwarded-for", "203.0.113.7:4711, 10.0.0.7"),
        ("x-forwarded-for", "::ffff:203.0.113.8"),
        ("x-forwarded-for", "2001:db8:0:1:ffff::2"),
        ("forwarded", "for=\"[2001:db8:0:2::3]:4711\";proto=https, for=10.0.0.7"),
    ] {
        assert_eq!(remaining(&[(name, value)]), 8, "{value}");
    }
    assert_eq!(remaining(&[]), 9, "the proxy itself");
    assert_eq!(remaining(&[("x-forwarded-for", "unknown")]), 8, "whom the proxy does not name");
    assert_eq!(remaining(&[("x-real-ip", "203.0.113.7")]), 7, "a header that does not count");
}

#[test]
fn a_request_that_is_no_proper_one_counts_too() {
    let atlas = atlas_with("5", &[]);
    for _ in 0..5 {
        atlas.raw(b"BREW /pot HTTP/1.1\r\nhost: atlas\r\nconnection: close\r\n\r\n").unwrap().is(400);
    }
    let refused = atlas.raw(b"BREW /pot HTTP/1.1\r\nhost: atlas\r\nconnection: close\r\n\r\n").unwrap().is(429).has_code("RATE_LIMITED");
    assert!(refused.number("retry-after") > 0);
    atlas.get("/entries").is(429);
}
