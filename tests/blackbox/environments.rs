//! What the three environments are like, and how settings are shown.

use crate::support::Folder;

fn shown(variables: &[(&str, &str)], arguments: &[&str]) -> String {
    let folder = Folder::new();
    let told = folder.start_told(variables, &[&["serve", "--check-config"], arguments].concat()).wait().succeeds();
    assert!(folder.contents().is_empty(), "a check leaves {:?}", folder.file_names());
    told.stdout
}

#[track_caller]
fn says(shown: &str, lines: &[&str]) {
    for line in lines {
        assert!(shown.lines().any(|shown| shown == *line), "no `{line}` in {shown}");
    }
}

#[test]
fn environments_have_the_defaults_of_the_plan() {
    for (environment, lines) in [
        ("development", ["debug = false", "log_level = \"info\"", "rate_limit_per_minute = 100", "log_form = \"console\""]),
        ("staging", ["debug = true", "log_level = \"debug\"", "rate_limit_per_minute = 200", "log_form = \"json\""]),
        ("production", ["debug = false", "log_level = \"info\"", "rate_limit_per_minute = 100", "log_form = \"json\""]),
    ] {
        let shown = shown(&[("ENVIRONMENT", environment)], &[]);
        says(&shown, &lines);
        says(&shown, &[&format!("environment = \"{environment}\""), "auth_rate_limit_per_minute = 5"]);
    }
    says(&shown(&[], &[]), &["environment = \"development\""]);
}

#[test]
fn what_is_set_wins_over_the_environment_wherever_it_is_set() {
    let folder = Folder::new();
    std::fs::write(folder.data().join("catatlas.toml"), "environment = 'staging'\nrate_limit_per_minute = 7\n").unwrap();
    let told =
        folder.start_told(&[("LOG_LEVEL", "warning")], &["serve", "--check-config", "--config", "catatlas.toml", "--log-form", "console"]);
    let shown = { told }.wait().succeeds().stdout;
    says(&shown, &["rate_limit_per_minute = 7", "log_level = \"warning\"", "debug = false", "log_form = \"console\""]);
}

#[test]
fn secrets_are_not_shown() {
    let shown = shown(
        &[("JWT_SECRET", "canary-of-a-secret-that-is-long-enough"), ("CATATLAS_METRICS_TOKEN", "canary-of-a-token")],
        &["--geocoder-url", "https://me:canary@nominatim.example.org"],
    );
    says(&shown, &["jwt_secret = \"***\"", "metrics_token = \"***\"", "geocoder_url = \"***\""]);
    assert!(!shown.contains("canary"), "{shown}");
}

#[test]
fn what_would_not_start_does_not_pass_the_check() {
    let folder = Folder::new();
    let variables = [("ENVIRONMENT", "production"), ("JWT_SECRET", "secret")];
    let refused = folder.start_told(&variables, &["serve", "--check-config"]).wait().fails();
    assert!(refused.stderr.contains("JWT_SECRET"), "{refused:#?}");
}

#[test]
fn a_postgres_address_stops_with_what_to_do() {
    let folder = Folder::new();
    for address in ["postgres://me:canary@db/atlas", "postgresql://me:canary@db/atlas", "postgresql+asyncpg://me:canary@db/atlas"] {
        let refused = folder.start_told(&[("DATABASE_URL", address)], &["serve", "--port", "0"]).wait().fails();
        assert!(refused.stderr.contains("catatlas import") && !refused.stderr.contains("canary"), "{refused:#?}");
    }
    assert!(folder.contents().is_empty(), "a refusal leaves {:?}", folder.file_names());
}

#[test]
fn what_tests_share_is_no_mistake() {
    shown(&[("CATATLAS_SHARED", "anything")], &[]);
}
