//! Metrics as Prometheus and its dashboards know them, and who may see them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::support::{Atlas, Folder, wait_for};

/// The value of a line that begins so.
fn value(text: &str, series: &str) -> f64 {
    let line = text.lines().find(|line| line.strip_prefix(series).is_some_and(|rest| rest.starts_with(' ')));
    line.unwrap_or_else(|| panic!("no {series} in {text}")).rsplit(' ').next().unwrap().parse().unwrap()
}

fn text(atlas: &Atlas) -> String {
    String::from_utf8(atlas.get("/metrics").is(200).body).unwrap()
}

/// Upper bounds of a histogram, as they are written.
fn bounds(text: &str, histogram: &str) -> Vec<String> {
    let lines = text.lines().filter(|line| line.starts_with(&format!("{histogram}_bucket")));
    let mut bounds: Vec<String> = Vec::new();
    for bound in lines.map(|line| line.split("le=\"").nth(1).unwrap().split('"').next().unwrap()) {
        if !bounds.iter().any(|known| known == bound) {
            bounds.push(bound.to_owned());
        }
    }
    bounds
}

#[test]
fn the_metrics_of_the_plan_are_there_with_their_labels_and_buckets() {
    let atlas = Atlas::empty();
    let id = atlas.sighting("a cat");
    atlas.get(&format!("/entries/{id}")).is(200);
    atlas.call(&format!("/entries/{id}/analyze")).is(200);
    atlas.call(&format!("/entries/{id}/analyze")).is(200);
    atlas.get("/entries/77").is(404);
    atlas.login("nobody", "in particular").is(401);
    let text = text(&atlas);
    for (series, expected) in [
        ("catatlas_requests_total{endpoint=\"/entries\",method=\"POST\",status=\"200\"}", 1.0),
        ("catatlas_requests_total{endpoint=\"/entries/<entry_id>\",method=\"GET\",status=\"200\"}", 1.0),
        ("catatlas_errors_total{endpoint=\"/entries/<entry_id>\",method=\"GET\",status=\"404\"}", 1.0),
        ("catatlas_request_latency_seconds_count{endpoint=\"/entries/<entry_id>\",method=\"GET\"}", 2.0),
        ("catatlas_active_requests", 1.0),
        ("catatlas_entries_total", 1.0),
        ("catatlas_entries_created_total", 1.0),
        ("catatlas_ai_analyses_total", 1.0),
        ("catatlas_ai_analysis_seconds_count", 1.0),
        ("catatlas_logins_failed_total", 1.0),
        ("catatlas_photos", 0.0),
        ("catatlas_writer_queue_depth", 0.0),
        ("catatlas_db_pool_connections{state=\"busy\"}", 0.0),
        ("catatlas_app_info{environment=\"development\",version=\"1.1.0\"}", 1.0),
    ] {
        assert!((value(&text, series) - expected).abs() < 1e-9, "{series}: {text}");
    }
    for series in [
        "process_resident_memory_bytes",
        "catatlas_database_bytes",
        "catatlas_wal_bytes",
        "catatlas_disk_free_bytes",
        "catatlas_writer_commit_seconds_count",
        "catatlas_writer_batch_size_sum",
        "catatlas_db_query_seconds_count{query_type=\"look_up\"}",
        "catatlas_db_query_seconds_count{query_type=\"write\"}",
    ] {
        assert!(value(&text, series) > 0.0, "{series}: {text}");
    }
    assert!(value(&text, "process_cpu_seconds_total") >= 0.0);
    for (histogram, expected) in [
        ("catatlas_request_latency_seconds", "0.01 0.025 0.05 0.1 0.25 0.5 1 2.5 5 +Inf"),
        ("catatlas_db_query_seconds", "0.001 0.005 0.01 0.025 0.05 0.1 0.25 +Inf"),
        ("catatlas_ai_analysis_seconds", "0.5 1 2.5 5 10 30 +Inf"),
    ] {
        assert_eq!(bounds(&text, histogram).join(" "), expected, "{histogram}");
    }
}

#[test]
fn what_strangers_ask_for_makes_no_new_series() {
    let atlas = Atlas::empty();
    for number in 0..50 {
        atlas.get(&format!("/nowhere/{number}")).is(404);
        atlas.get(&format!("/entries/{}", 1000 + number)).is(404);
    }
    for path in ["/health", "/health/live", "/health/ready"] {
        atlas.get(path).is(200);
    }
    let text = text(&atlas);
    let counted: Vec<&str> = text.lines().filter(|line| line.starts_with("catatlas_requests_total")).collect();
    let expected = [
        "catatlas_requests_total{endpoint=\"/entries/<entry_id>\",method=\"GET\",status=\"404\"} 50",
        "catatlas_requests_total{endpoint=\"<unknown>\",method=\"GET\",status=\"404\"} 50",
    ];
    assert_eq!(counted, expected, "health and metrics are not counted");
}

#[test]
fn requests_that_a_limit_refuses_are_counted_by_category() {
    let atlas = Atlas::serve_with(Folder::new(), &["--rate-limit-per-minute", "10"]);
    for _ in 0..12 {
        atlas.get("/entries");
    }
    assert!(value(&text(&atlas), "catatlas_rate_limited_total{category=\"read\"}") >= 2.0);
}

#[test]
fn metrics_are_for_the_machine_itself_a_token_or_a_list() {
    let atlas = Atlas::empty();
    atlas.get("/metrics").is(200);
    for header in ["x-forwarded-for", "forwarded", "x-real-ip", "via"] {
        atlas.ask("GET", "/metrics", &[(header, "127.0.0.1")]).is(403).has_code("METRICS_CLOSED");
    }
    let proxied = [("x-forwarded-for", "203.0.113.7")];
    let arguments = ["--metrics-token", "open sesame", "--metrics-from", "203.0.113.0/24", "--trusted-proxies", "127.0.0.1"];
    let atlas = Atlas::serve_with(Folder::new(), &arguments);
    atlas.ask("GET", "/metrics", &proxied).is(200);
    let elsewhere = ("x-forwarded-for", "198.51.100.7");
    atlas.ask("GET", "/metrics", &[elsewhere]).is(403);
    atlas.ask("GET", "/metrics", &[elsewhere, ("authorization", "Bearer open sesame")]).is(200);
    atlas.ask("GET", "/metrics", &[elsewhere, ("authorization", "Bearer open sesam")]).is(403);
}

#[test]
fn promtool_finds_nothing_to_say_about_the_metrics() {
    let atlas = Atlas::empty();
    atlas.sighting("a cat");
    atlas.get("/nowhere").is(404);
    let file = atlas.folder().data().join("metrics");
    fs::write(&file, text(&atlas)).unwrap();
    let checked = Command::new("promtool").args(["check", "metrics"]).stdin(fs::File::open(file).unwrap()).output().expect("promtool");
    assert!(checked.status.success() && checked.stderr.is_empty(), "{checked:?}");
}

#[test]
fn a_prometheus_scrapes_it() {
    let atlas = Atlas::empty();
    atlas.sighting("a cat");
    let folder = atlas.folder().data();
    let config = format!(
        "global: {{scrape_interval: 1s}}\nscrape_configs:\n- job_name: catatlas\n  static_configs:\n  - targets: ['{}']\n",
        atlas.address()
    );
    fs::write(folder.join("prometheus.yml"), config).unwrap();
    // It does not say which port it took, so one is found for it.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut prometheus = Command::new("prometheus")
        .args(["--config.file=prometheus.yml", "--storage.tsdb.path=tsdb", &format!("--web.listen-address=127.0.0.1:{port}")])
        .current_dir(&folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("prometheus");
    let ask = |query: &str| -> Option<Value> {
        let agent = ureq::Agent::config_builder().proxy(None).build().new_agent();
        let mut answer = agent.get(format!("http://127.0.0.1:{port}/api/v1/query?query={query}")).call().ok()?;
        let body: Value = answer.body_mut().read_json().ok()?;
        Some(body["data"]["result"][0]["value"][1].clone()).filter(|value| !value.is_null())
    };
    let asked = std::panic::catch_unwind(|| {
        wait_for("prometheus to have seen the sighting", || ask("catatlas_entries_total").filter(|value| value == "1"));
        wait_for("prometheus to find it up", || ask("up").filter(|value| value == "1"));
    });
    prometheus.kill().unwrap();
    prometheus.wait().unwrap();
    asked.unwrap();
}

/// Names of metrics of ours in a text, without what histograms add to theirs.
fn names(text: &str) -> BTreeSet<String> {
    let words = text.split(|sign: char| !(sign.is_ascii_alphanumeric() || sign == '_'));
    let ours = words.filter(|word| word.starts_with("catatlas_") || word.starts_with("process_"));
    ours.map(|word| ["_bucket", "_sum", "_count"].iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word).to_owned()).collect()
}

fn packaging(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging").join(path)).unwrap()
}

#[test]
fn the_dashboard_and_the_alerts_use_only_metrics_that_exist() {
    let atlas = Atlas::serve_with(Folder::new(), &["--rate-limit-per-minute", "1"]);
    atlas.get("/entries");
    atlas.get("/entries");
    let known = names(&text(&atlas));
    for file in ["grafana/catatlas.json", "prometheus/alerts.yml"] {
        let used = names(&packaging(file));
        assert!(used.len() > 5, "{file} uses {used:?}");
        let missing: Vec<&String> = used.difference(&known).collect();
        assert!(missing.is_empty(), "{file} uses {missing:?}, which do not exist");
    }
    let dashboard: Value = serde_json::from_str(&packaging("grafana/catatlas.json")).unwrap();
    assert!(dashboard["panels"].as_array().is_some_and(|panels| panels.len() > 8));
}

#[test]
fn promtool_accepts_the_alerts() {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/prometheus/alerts.yml");
    let checked = Command::new("promtool").args(["check", "rules"]).arg(rules).output().expect("promtool");
    assert!(checked.status.success(), "{checked:?}");
}

#[test]
fn admins_see_the_last_hour_in_samples() {
    let atlas = Atlas::empty();
    atlas.get("/admin/stats").is(401);
    atlas.person("mina", "caretaker").get("/admin/stats").is(403);
    let admin = atlas.person("ada", "admin");
    let stats = admin.get("/admin/stats").is(200).json();
    assert_eq!(stats["every_seconds"], 10);
    let first = &stats["samples"][0];
    assert!(first["at"].is_string() && first["database_bytes"].as_u64() > Some(0), "{stats}");
    assert_eq!(admin.post("/auth/tokens", &json!({ "name": "charts", "scopes": ["read"] })).is(201).json()["scopes"], json!(["read"]));
}
