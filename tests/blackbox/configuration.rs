//! Settings: where they may come from, which of them wins, and what is said of those that are none.

use std::fs;

use crate::support::{Atlas, Finished, Folder};

type Variables<'a> = &'a [(&'a str, &'a str)];

/// The read limit is easy to see from outside, so most of these tests set that.
#[track_caller]
fn limit(folder: &Folder, variables: Variables, arguments: &[&str]) -> u64 {
    let atlas = started(folder, variables, arguments);
    atlas.get("/entries").is(200).number("x-ratelimit-limit")
}

#[track_caller]
fn started<'a>(folder: &'a Folder, variables: Variables, arguments: &[&str]) -> Atlas<&'a Folder> {
    Atlas::answering(folder, folder.start_told(variables, &[&["serve", "--port", "0"], arguments].concat()))
}

#[track_caller]
fn refused(folder: &Folder, variables: Variables, arguments: &[&str]) -> Finished {
    let finished = folder.start_told(variables, &[&["serve", "--port", "0"], arguments].concat()).wait().fails();
    assert!(!finished.stdout.contains("is ready"), "{finished:#?}");
    finished
}

/// A folder with a configuration file, `catatlas.toml`.
fn folder_with(settings: &str) -> Folder {
    let folder = Folder::new();
    fs::write(folder.data().join("catatlas.toml"), settings).unwrap();
    folder
}

const FILE: [&str; 2] = ["--config", "catatlas.toml"];

#[test]
fn a_flag_wins_over_a_variable_that_wins_over_the_file_that_wins_over_the_default() {
    let folder = folder_with("rate_limit_per_minute = 11");
    let ours = ("CATATLAS_RATE_LIMIT_PER_MINUTE", "22");
    let theirs = ("RATE_LIMIT_PER_MINUTE", "33");
    let flag = ["--rate-limit-per-minute", "44"];
    assert_eq!(limit(&folder, &[], &[]), 100);
    assert_eq!(limit(&folder, &[], &FILE), 11);
    assert_eq!(limit(&folder, &[theirs], &FILE), 33);
    assert_eq!(limit(&folder, &[theirs, ours], &FILE), 22);
    assert_eq!(limit(&folder, &[theirs, ours], &[&FILE[..], &flag].concat()), 44);
    assert_eq!(limit(&folder, &[], &[&flag[..], &["--rate-limit-per-minute", "55"]].concat()), 55, "the last one counts");
    assert_eq!(limit(&folder, &[("CATATLAS_CONFIG", "catatlas.toml")], &[]), 11);
}

#[test]
fn an_empty_variable_is_as_good_as_none() {
    let folder = folder_with("rate_limit_per_minute = 11");
    let none =
        [("CATATLAS_RATE_LIMIT_PER_MINUTE", ""), ("RATE_LIMIT_PER_MINUTE", ""), ("ALLOWED_ORIGINS", ""), ("PORT", ""), ("DEBUG", "")];
    assert_eq!(limit(&folder, &none, &FILE), 11);
    assert_eq!(limit(&folder, &[none[0], ("RATE_LIMIT_PER_MINUTE", "33")], &[]), 33);
}

#[test]
fn the_predecessors_variables_are_understood() {
    let folder = Folder::new();
    let variables = [
        ("DATABASE_PATH", "elsewhere.db"),
        ("RATE_LIMIT_PER_MINUTE", "200"),
        ("AUTH_RATE_LIMIT_PER_MINUTE", "6"),
        ("JWT_SECRET", "tabby-tom-and-tortoiseshell-cats"),
        ("ALLOWED_ORIGINS", "[\"https://a.example\", \"http://localhost:5173\"]"),
        ("LOG_LEVEL", "WARNING"),
        ("DEBUG", "false"),
        ("ENVIRONMENT", "Staging"),
        ("MAX_UPLOAD_SIZE_MB", "7"),
        ("TRUSTED_PROXIES", "10.0.0.0/8, 127.0.0.1"),
        ("ENABLE_REGISTRATION", "true"),
        ("PUBLIC_URL", "https://cats.example.org"),
    ];
    let atlas = started(&folder, &variables, &[]);
    let answer = atlas.ask("GET", "/entries", &[("origin", "http://localhost:5173"), ("x-forwarded-for", "203.0.113.7")]).is(200);
    assert_eq!(answer.number("x-ratelimit-limit"), 200);
    assert_eq!(answer.header("access-control-allow-origin"), Some("http://localhost:5173"));
    assert_eq!(atlas.get("/entries").is(200).number("x-ratelimit-remaining"), 199, "the proxy's own bucket");
    assert!(folder.file_names().contains(&"elsewhere.db".to_owned()), "{:?}", folder.file_names());
    let told = atlas.stop().stderr;
    assert!(!told.contains("[info]"), "from warnings on: {told}");
}

#[test]
fn every_command_that_uses_the_database_is_told_of_it_alike() {
    let folder = folder_with("database = \"of-the-file.db\"");
    let status = |variables: Variables, arguments: &[&str]| folder.start_told(variables, arguments).wait().succeeds().stdout;
    assert!(status(&[], &["migrate", "status", "--config", "catatlas.toml"]).contains("of-the-file.db"));
    assert!(status(&[("DATABASE_PATH", "of-theirs.db")], &["--config", "catatlas.toml", "migrate", "status"]).contains("of-theirs.db"));
}

#[test]
fn every_kind_of_value_can_stand_in_the_file() {
    let folder = folder_with(
        "# Dashes are as good as underscores.\n\
         rate-limit-per-minute = 50\n\
         no_hsts = true\n\
         host = '127.0.0.1'\n\
         allowed_origins = ['https://a.example', 'https://B.example/']\n\
         trusted_proxies = []\n\
         log_level = \"error\"\n",
    );
    let atlas = started(&folder, &[], &FILE);
    let answer = atlas.ask("GET", "/entries", &[("origin", "https://b.example")]).is(200);
    assert_eq!(answer.number("x-ratelimit-limit"), 50);
    assert_eq!(answer.header("access-control-allow-origin"), Some("https://b.example"));
    assert_eq!(answer.header("strict-transport-security"), None);
    drop(atlas);
    let switched_back = started(&folder, &[("CATATLAS_NO_HSTS", "off")], &FILE);
    assert!(switched_back.get("/health").header("strict-transport-security").is_some());
}

#[test]
fn a_setting_that_does_not_exist_is_refused_with_the_one_that_was_meant() {
    for (settings, said) in [
        ("rate_limit_per_minuet = 5", &["catatlas.toml", "rate_limit_per_minuet", "rate_limit_per_minute"][..]),
        ("alowed_origins = []", &["alowed_origins", "allowed_origins"]),
        ("xyzzy = 5", &["xyzzy"]),
        ("[limits]\nrate_limit_per_minute = 5", &["limits"]),
        ("config = \"another.toml\"", &["config"]),
    ] {
        let refused = refused(&folder_with(settings), &[], &FILE);
        assert!(said.iter().all(|word| refused.stderr.contains(word)), "{settings}: {refused:#?}");
    }
    for (variable, said) in [
        ("CATATLAS_RATE_LIMIT_PER_MINUET", "CATATLAS_RATE_LIMIT_PER_MINUTE"),
        ("CATATLAS_DATABSE", "CATATLAS_DATABASE"),
        ("CATATLAS_JWT_SECRET_FLIE", "CATATLAS_JWT_SECRET_FILE"),
        ("CATATLAS_URLS", "CATATLAS_URL"),
        ("CATATLAS_", "CATATLAS_"),
    ] {
        let refused = refused(&Folder::new(), &[(variable, "5")], &[]);
        assert!([variable, said].iter().all(|word| refused.stderr.contains(word)), "{variable}: {refused:#?}");
    }
}

#[test]
fn a_value_that_is_none_is_refused_with_where_it_is_from() {
    let folder = Folder::new();
    for (variable, value) in [
        ("CATATLAS_RATE_LIMIT_PER_MINUTE", "many"),
        ("RATE_LIMIT_PER_MINUTE", "-1"),
        ("TRUSTED_PROXIES", "10.0.0.0/8,nonsense"),
        ("ALLOWED_ORIGINS", "https://cats.example.org/page"),
        ("ALLOWED_ORIGINS", "null"),
        ("CATATLAS_HOST", "not an address"),
        ("DEBUG", "perhaps"),
        ("ENVIRONMENT", "moon"),
        ("CATATLAS_ACCESS", "everybody"),
        ("PUBLIC_URL", "cats.example.org"),
        ("MAX_UPLOAD_SIZE_MB", "0"),
        ("CATATLAS_GEOCODER_URL", "ftp://nominatim.example.org"),
    ] {
        let refused = refused(&folder, &[(variable, value)], &[]);
        assert!(refused.stderr.contains(variable), "{variable}={value}: {refused:#?}");
    }
    for settings in
        ["log_level = 5", "environment = 1.5", "host = ['127.0.0.1', '127.0.0.2']", "port = {a = 1}", "port = 2026-01-01", "port = "]
    {
        let refused = refused(&folder_with(settings), &[], &FILE);
        assert!(refused.stderr.contains("catatlas.toml"), "{settings}: {refused:#?}");
    }
    let missing = self::refused(&folder, &[], &["--config", "nowhere.toml"]);
    assert!(missing.stderr.contains("nowhere.toml"), "{missing:#?}");
    assert!(folder.contents().is_empty(), "a refusal leaves {:?}", folder.file_names());
}

#[test]
fn a_secret_is_taken_from_a_flag_a_variable_or_a_file_and_never_printed() {
    const SECRET: &str = "sesame-and-poppy-and-caraway-seeds";
    let folder = folder_with(&format!("jwt_secret = '{SECRET}'"));
    fs::write(folder.data().join("secret"), format!("{SECRET}\n")).unwrap();
    for (variables, arguments) in [
        (&[("JWT_SECRET", SECRET)][..], &[][..]),
        (&[("CATATLAS_JWT_SECRET", SECRET)], &[]),
        (&[("JWT_SECRET_FILE", "secret")], &[]),
        (&[("CATATLAS_JWT_SECRET_FILE", "secret")], &[]),
        (&[], &FILE),
        (&[], &["--jwt-secret", SECRET]),
        (&[("CATATLAS_GEOCODER_URL", "https://me:sesame-and-poppy-and-caraway-seeds@nominatim.example.org")], &[]),
    ] {
        let atlas = started(&folder, variables, &[arguments, &["--debug"]].concat());
        let ended = atlas.stop().succeeds();
        assert!(ended.stderr.contains("Some(***)"), "nothing of it in the log: {ended:#?}");
        assert!(!ended.stderr.contains(SECRET), "{ended:#?}");
        let help = folder.start_told(variables, &[&["serve", "--help"], arguments].concat()).wait().succeeds();
        assert!(!help.stdout.contains(SECRET), "{help:#?}");
    }
    let broken = refused(&folder_with(&format!("jwt_secret = '{SECRET}")), &[], &FILE);
    assert!(!broken.stderr.contains(SECRET), "{broken:#?}");
}

#[test]
fn a_secret_in_a_file_that_cannot_be_read_or_in_two_places_is_refused() {
    let folder = Folder::new();
    let missing = refused(&folder, &[("JWT_SECRET_FILE", "nowhere")], &[]);
    assert!(missing.stderr.contains("JWT_SECRET_FILE") && missing.stderr.contains("nowhere"), "{missing:#?}");
    let both = refused(&folder, &[("JWT_SECRET", "one"), ("JWT_SECRET_FILE", "secret")], &[]);
    assert!(both.stderr.contains("JWT_SECRET and JWT_SECRET_FILE"), "{both:#?}");
}

#[test]
fn settings_of_rocket_change_nothing() {
    let folder = Folder::new();
    fs::write(folder.data().join("Rocket.toml"), "[default]\naddress = '0.0.0.0'\nident = 'Rocket'\nip_header = 'X-Real-IP'\n").unwrap();
    let variables = [("ROCKET_PORT", "1"), ("ROCKET_IDENT", "Rocket"), ("ROCKET_IP_HEADER", "X-Real-IP"), ("ROCKET_LOG_LEVEL", "debug")];
    let atlas = started(&folder, &variables, &["--rate-limit-per-minute", "10"]);
    let answer = atlas.ask("GET", "/entries", &[("x-real-ip", "203.0.113.7")]).is(200);
    assert_eq!(answer.header("server"), None);
    assert_eq!(atlas.get("/entries").number("x-ratelimit-remaining"), 8, "the same client");
}
