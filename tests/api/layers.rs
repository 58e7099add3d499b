//! The rules of the house that no compiler knows: imports run `commands -> http -> store -> domain`, files are short and say
//! what they are, migrations have no gaps. Each rule is tried on a planted fault.

use crate::source::{Named, Source, files};

use Crates::{AllBut, Only};

/// What the files of one layer may name of the others, and of the world.
struct Layer {
    name: &'static str,
    layers: &'static [&'static str],
    crates: Crates,
}

enum Crates {
    Only(&'static [&'static str]),
    AllBut(&'static [&'static str]),
}

const LAYERS: &[Layer] = &[
    // `utoipa` only describes what is there.
    Layer { name: "domain", layers: &[], crates: Only(&["ammonia", "jiff", "rustc_hash", "serde", "serde_json", "sha2", "url", "utoipa"]) },
    // Which request is being worked for: every layer below the routes carries it along.
    Layer { name: "trace", layers: &[], crates: Only(&["log", "tokio"]) },
    Layer {
        name: "store",
        layers: &["domain", "trace"],
        crates: AllBut(&["clap", "config", "prometheus", "rocket", "sentry", "ureq", "utoipa"]),
    },
    Layer { name: "geocoder", layers: &["domain", "trace"], crates: AllBut(SERVER_AND_SQL) },
    Layer { name: "analyzer", layers: &["domain", "geocoder", "trace"], crates: AllBut(SERVER_AND_SQL) },
    Layer { name: "photos", layers: &["domain"], crates: AllBut(SERVER_AND_SQL) },
    Layer { name: "auth", layers: &["domain"], crates: AllBut(SERVER_AND_SQL) },
    Layer { name: "backups", layers: &["domain", "store"], crates: AllBut(SERVER_AND_SQL) },
    Layer { name: "http", layers: &["domain", "store", "geocoder", "analyzer", "photos", "auth", "backups", "trace"], crates: AllBut(SQL) },
    Layer { name: "jobs", layers: &["domain", "store", "geocoder", "photos", "auth", "backups"], crates: AllBut(SQL) },
    // It speaks HTTP like a stranger, and knows nothing of what answers.
    Layer { name: "loadtest", layers: &[], crates: AllBut(SERVER_AND_SQL) },
    Layer { name: "config", layers: &["domain"], crates: AllBut(SQL) },
    Layer { name: "telemetry", layers: &["domain", "store", "trace"], crates: AllBut(SQL) },
    Layer {
        name: "commands",
        layers: &[
            "config",
            "telemetry",
            "jobs",
            "loadtest",
            "http",
            "store",
            "geocoder",
            "analyzer",
            "photos",
            "auth",
            "backups",
            "domain",
            "trace",
        ],
        crates: AllBut(&[]),
    },
    Layer { name: "cli", layers: &["commands", "config"], crates: AllBut(SQL) },
    Layer { name: "main", layers: &["cli"], crates: AllBut(SQL) },
    Layer { name: "lib", layers: &[], crates: Only(&[]) },
];

/// Who speaks SQL: `store`, and what opens a database for it.
const SQL: &[&str] = &["r2d2", "r2d2_sqlite", "rusqlite", "rusqlite_migration"];

const SERVER_AND_SQL: &[&str] = &["r2d2", "r2d2_sqlite", "rocket", "rusqlite", "rusqlite_migration"];

/// What makes an answer depend on more than the question: files, network, threads. So does every clock's `now`.
const IMPURE: &[&str] = &["env", "fs", "io", "net", "process", "thread"];

/// The longest a file may be; most have 100 to 250 lines.
const LONGEST: usize = 400;

/// The crates that a manifest's `[dependencies]` name, as code spells them.
fn dependencies(manifest: &str) -> Vec<String> {
    let table = manifest.split("\n[").find_map(|table| table.strip_prefix("dependencies]")).unwrap();
    let names = table.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('='));
    names.map(|(name, _)| name.trim().replace('-', "_")).collect()
}

/// What is wrong with the names in a file of `src`.
fn wrong_names(file: &Source, dependencies: &[String]) -> Vec<String> {
    let top = file.path.split(['/', '.']).next().unwrap();
    let Some(layer) = LAYERS.iter().find(|layer| layer.name == top) else {
        return vec![format!("src/{}: {top} is in no layer: give it a line in LAYERS", file.path)];
    };
    let told = |named: &Named| format!("src/{}:{}: {top} must not name {}", file.path, named.line, named.path.join("::"));
    file.names().iter().filter(|named| layer.refuses(&named.path, dependencies)).map(told).collect()
}

impl Layer {
    fn refuses(&self, path: &[String], dependencies: &[String]) -> bool {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        match path[..] {
            ["crate", of, ..] => LAYERS.iter().any(|layer| layer.name == of) && of != self.name && !self.layers.contains(&of),
            ["std", part, ..] if self.name == "domain" && IMPURE.contains(&part) => true,
            [.., "now"] if self.name == "domain" => true,
            [of, ..] if dependencies.iter().any(|dependency| dependency == of) => match self.crates {
                Only(allowed) => !allowed.contains(&of),
                AllBut(refused) => refused.contains(&of),
            },
            _ => false,
        }
    }
}

/// What is wrong with the look of a file of Rust.
fn wrong_form(file: &Source) -> Vec<String> {
    let mut wrong = Vec::new();
    if !file.text.starts_with("//! ") {
        wrong.push(format!("{} does not say in its first line what lives in it (`//! ...`)", file.path));
    }
    let lines = file.text.lines().count();
    if lines > LONGEST {
        wrong.push(format!("{} has {lines} lines: look for the seam", file.path));
    }
    wrong
}

/// Where routes are mounted other than by their category: no limit would count their requests.
fn mounted_past_limits(file: &Source) -> Option<String> {
    let is_past = file.path != "http/entrance.rs" && file.text.contains(".mount(");
    is_past.then(|| format!("src/{} mounts routes itself: give them a category, and to http/mod", file.path))
}

/// Where the numbers of migrations (`0001_atlas.sql`) do not go up by one from 1.
fn gaps(names: &[&str]) -> Vec<String> {
    let numbered = names.iter().zip(1..);
    let wrong = numbered.filter(|(name, number)| !name.starts_with(&format!("{number:04}_")));
    wrong.map(|(name, number)| format!("sql/migrations/{name} should be number {number:04}")).collect()
}

#[track_caller]
fn assert_none(wrong: &[String]) {
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn manifest() -> Vec<String> {
    dependencies(include_str!("../../Cargo.toml"))
}

#[test]
fn imports_run_from_commands_to_http_to_store_to_domain() {
    let dependencies = manifest();
    let sources = files("src", ".rs");
    assert!(sources.len() > 10, "only {} files in src", sources.len());
    assert_none(&sources.iter().flat_map(|file| wrong_names(file, &dependencies)).collect::<Vec<_>>());
}

#[test]
fn a_file_that_reaches_into_a_layer_above_it_is_found() {
    for (path, text) in [
        ("domain/cats.rs", "use crate::store::Db;"),
        ("domain/cats.rs", "use super::super::http;"),
        ("domain/cats.rs", "use crate::{domain::text, store::cats as rows};"),
        ("domain/cats.rs", "use rusqlite::Row;"),
        ("domain/cats.rs", "#[derive(rocket::FromForm)] struct Cat;"),
        ("domain/cats.rs", "fn f() { log::info!(\"a cat\") }"),
        ("domain/cats.rs", "fn f() { assert!(tokio::spawn(g()).is_finished()) }"),
        ("domain/cats.rs", "fn f() { let now = jiff::Timestamp::now(); }"),
        ("domain/cats.rs", "use std::{fmt, time::Instant}; fn f() { Instant::now(); }"),
        ("domain/cats.rs", "fn f() { std::fs::read(\"cats\"); }"),
        ("domain/cats.rs", "mod inner { use super::super::super::store; }"),
        ("store/cats.rs", "use rocket::serde;"),
        ("store/cats.rs", "use rocket as framework;"),
        ("store/cats.rs", "extern crate rocket;"),
        ("store/cats.rs", "type Cat = crate::http::cats::Cat;"),
        ("store/mod.rs", "use super::config::Config;"),
        ("http/cats.rs", "use rusqlite::params;"),
        ("http/cats.rs", "use crate::commands;"),
        ("http/cats.rs", "use crate::config::Config;"),
        ("geocoder/client.rs", "use crate::store;"),
        ("jobs.rs", "use crate::http;"),
        ("main.rs", "fn main() { catatlas::store::Db::open(); }"),
        ("utils.rs", ""),
    ] {
        assert_eq!(wrong_names(&Source::new(path, text), &manifest()).len(), 1, "{path}: {text}");
    }
}

#[test]
fn a_file_that_keeps_to_its_layer_is_not_found() {
    for (path, text) in [
        ("domain/cats.rs", "use std::fmt; use super::text; use crate::domain::time; use serde::Serialize;"),
        ("domain/cats.rs", "//! No `use rocket::get` here.\nconst HINT: &str = \"use rusqlite::Row;\"; // store::cats"),
        ("domain/cats.rs", "fn f(log: f64, store: &Cat) { log.ln(); store.name() }"),
        ("domain/mod.rs", "pub mod store { pub mod cats {} } fn f() { self::store::cats::g() }"),
        ("store/cats.rs", "use crate::domain::{cats::{Cat, NewCat}, time}; use rusqlite::{Row, params}; use super::Session;"),
        ("http/cats.rs", "use rocket::http::Status; use crate::store::cats; use super::body::Body;"),
        ("commands/serve.rs", "use crate::config::Config; use rusqlite::Connection; fn f() { crate::http::rocket() }"),
        ("cli.rs", "use crate::commands::serve; use clap::Parser;"),
        ("main.rs", "use catatlas::cli::Cli; fn main() { Cli::parse().run() }"),
        ("lib.rs", "pub mod domain; pub mod store;"),
    ] {
        assert_none(&wrong_names(&Source::new(path, text), &manifest()));
    }
}

#[test]
fn every_file_is_short_and_opens_by_saying_what_lives_in_it() {
    let mut wrong = Vec::new();
    for folder in ["src", "tests"] {
        let inside = files(folder, ".rs").into_iter().map(|file| Source { path: format!("{folder}/{}", file.path), ..file });
        wrong.extend(inside.flat_map(|file| wrong_form(&file)));
    }
    assert_none(&wrong);
}

#[test]
fn a_long_file_and_one_without_an_opening_are_found() {
    assert_eq!(wrong_form(&Source::new("long.rs", &format!("//! Cats.\n{}", "\n".repeat(LONGEST)))).len(), 1);
    assert_eq!(wrong_form(&Source::new("silent.rs", "// Cats.\nuse std::fmt;\n")).len(), 1);
    assert_none(&wrong_form(&Source::new("fine.rs", &format!("//! Cats.\n{}", "\n".repeat(LONGEST - 1)))));
}

#[test]
fn routes_are_mounted_through_a_rate_limit_category() {
    assert_none(&files("src", ".rs").iter().filter_map(mounted_past_limits).collect::<Vec<_>>());
    assert!(mounted_past_limits(&Source::new("http/mod.rs", "server.mount(\"/\", routes![list])")).is_some());
    assert!(files("src", ".rs").iter().any(|file| file.path == "http/entrance.rs"), "where are routes mounted now?");
}

#[test]
fn migrations_are_numbered_without_a_gap() {
    let migrations = files("sql/migrations", ".sql");
    assert!(!migrations.is_empty());
    assert_none(&gaps(&migrations.iter().map(|file| file.path.as_str()).collect::<Vec<_>>()));
}

#[test]
fn a_gap_or_a_number_twice_among_migrations_is_found() {
    assert_none(&gaps(&["0001_atlas.sql", "0002_photos.sql"]));
    for names in [&["0001_atlas.sql", "0003_photos.sql"][..], &["0001_atlas.sql", "0001_photos.sql"], &["0002_atlas.sql"], &["1_atlas.sql"]]
    {
        assert_eq!(gaps(names).len(), 1, "{names:?}");
    }
}
