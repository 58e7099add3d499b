//! Reports of errors and of slow requests, to a server that collects them; and that nobody waits for it.

use serde_json::{Value, json};

use crate::support::{Atlas, Collector, Folder, Nominatim, PASSWORD};

fn reporting(collector: &Collector, arguments: &[&str]) -> Atlas {
    Atlas::serve_with(Folder::new(), &[&["--sentry-dsn", &collector.dsn], arguments].concat())
}

/// An atlas whose sightings cannot be listed any more.
fn broken(collector: &Collector, arguments: &[&str]) -> Atlas {
    let atlas = reporting(collector, arguments);
    let database = rusqlite::Connection::open(atlas.database()).unwrap();
    database.execute_batch("UPDATE totals SET name = 'none' WHERE name = 'entries'").unwrap();
    atlas
}

#[test]
fn a_request_that_fails_is_reported_once_with_its_id() {
    let collector = Collector::start();
    let atlas = broken(&collector, &[]);
    atlas.get("/robots.txt").is(200);
    let failed = atlas.ask("GET", "/entries", &[("x-request-id", "the-one-that-fails")]).is(500);
    assert_eq!(failed.json()["request_id"], "the-one-that-fails");
    let event = collector.wait_for("event", |event| event["tags"]["request_id"] == "the-one-that-fails");
    assert!(event.get("level").is_none_or(|level| level == "error"), "error is what an event is that says no level: {event}");
    assert_eq!(event["environment"], "development");
    assert_eq!((&event["release"], &event["transaction"]), (&json!("catatlas@1.1.0"), &json!("GET /entries")));
    assert_eq!(event["tags"]["error_type"], "DatabaseError");
    assert!(event["message"].as_str().unwrap().starts_with("request_failed: the database refused"), "{event}");
    let text = event.to_string();
    assert!(text.contains("stacktrace") && text.contains("\"frames\""), "{event}");
    let crumbs = event["breadcrumbs"].as_array().or_else(|| event["breadcrumbs"]["values"].as_array()).expect("breadcrumbs");
    assert!(crumbs.iter().any(|crumb| crumb["data"]["path"] == "/robots.txt"), "{event}");
    let log = atlas.stop().succeeds().stderr;
    assert_eq!(log.matches("request_failed").count(), 1, "{log}");
    let events = collector.all("event");
    assert_eq!(events.len(), 1, "{events:#?}");
}

#[test]
fn an_event_brings_at_most_fifty_lines_and_nothing_personal() {
    let collector = Collector::start();
    let atlas = broken(&collector, &["--trusted-proxies", "127.0.0.1"]);
    let person = atlas.person("mina", "member");
    for _ in 0..60 {
        atlas.ask("GET", "/robots.txt", &[("x-forwarded-for", "203.0.113.99")]);
    }
    person.post("/entries", &json!({ "text": "canary-of-a-note", "nickname": "canary-of-a-name", "location": "canary-of-a-place" }));
    atlas.ask(
        "GET",
        "/entries?lat=48.1374391",
        &[("authorization", &format!("Bearer {}", person.access_token)), ("cookie", "a=canary-of-a-cookie")],
    );
    let event =
        collector.wait_for("event", |event| event["tags"]["error_type"] == "DatabaseError" && event["transaction"] == "GET /entries");
    assert_eq!(event["user"], json!({ "id": person.id.to_string() }));
    let crumbs = event["breadcrumbs"].as_array().or_else(|| event["breadcrumbs"]["values"].as_array()).expect("breadcrumbs");
    assert_eq!(crumbs.len(), 50);
    let token = person.access_token.clone();
    atlas.stop().succeeds();
    for secret in ["canary", PASSWORD, &token, "203.0.113", "48.137", "mina"] {
        assert!(!collector.text().contains(secret), "{secret} in {}", collector.text());
    }
}

#[test]
fn requests_are_transactions_with_spans_for_what_they_wait_for() {
    let (collector, geocoder) = (Collector::start(), Nominatim::that_knows_a_park());
    let atlas = reporting(&collector, &["--geocoder-url", &geocoder.url]);
    let id = atlas.post("/entries", &json!({ "text": "a cat", "location": "Reed Park" })).is(200).id();
    atlas.call(&format!("/entries/{id}/normalize-location")).is(200);
    atlas.call(&format!("/entries/{id}/analyze")).is(200);
    let operations = |transaction: &Value| -> Vec<String> {
        transaction["spans"].as_array().unwrap().iter().map(|span| span["op"].as_str().unwrap().to_owned()).collect()
    };
    let named = |name: &str| collector.wait_for("transaction", |transaction| transaction["transaction"] == name);
    let created = named("POST /entries");
    assert_eq!(created["contexts"]["trace"]["op"], "http.server");
    assert!(operations(&created).contains(&"db.query".to_owned()), "{created:#}");
    let looked_up = named("POST /entries/<entry_id>/normalize-location");
    assert!(operations(&looked_up).contains(&"geocoder.search".to_owned()), "{looked_up:#}");
    let analyzed = named("Analyze Entry");
    assert_eq!(analyzed["contexts"]["trace"]["op"], "ai.analysis");
    assert!(["db.query", "ai.inference"].iter().all(|operation| operations(&analyzed).contains(&(*operation).to_owned())), "{analyzed:#}");
    assert!(collector.heads().iter().all(|head| head.starts_with("post /api/42/envelope/") && head.contains("sentry_key=public")));
}

#[test]
fn of_ten_requests_in_production_about_one_is_a_transaction() {
    let collector = Collector::start();
    let atlas = reporting(&collector, &["--environment", "production"]);
    for _ in 0..200 {
        atlas.get("/robots.txt").is(200);
    }
    atlas.stop().succeeds();
    let sampled = collector.all("transaction").len();
    assert!((1..80).contains(&sampled), "{sampled} of 200");
    assert!(collector.all("transaction").iter().all(|transaction| transaction["environment"] == "production"));
}

#[test]
fn a_server_that_hangs_keeps_nobody_waiting() {
    let collector = Collector::that_hangs();
    let atlas = broken(&collector, &[]);
    for _ in 0..300 {
        atlas.get("/entries").is(500);
    }
    atlas.get("/health/ready").is(200);
    atlas.stop().succeeds();
}

#[test]
fn an_address_that_is_none_ends_the_start_without_being_told() {
    let folder = Folder::new();
    let refused = folder.start_told(&[("SENTRY_DSN", "canary-of-a-key")], &["serve", "--port", "0"]).wait().fails();
    assert!(refused.stderr.contains("SENTRY_DSN") && !refused.stderr.contains("canary"), "{refused:#?}");
    Atlas::answering(Folder::new(), folder.start_told(&[("SENTRY_DSN", "")], &["serve", "--port", "0"])).get("/health").is(200);
}
