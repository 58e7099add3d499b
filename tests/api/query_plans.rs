//! No query reads through a table that grows: every SQL constant of the store is asked how it would be answered.

use rusqlite::types::Null;
use rusqlite::{Connection, params_from_iter};

use crate::source::{Source, files};

/// Tables that stay small: reading through them costs the same on every atlas.
const SMALL: &[&str] = &["flags", "totals", "CONSTANT", "sqlite_master", "sqlite_schema"];

/// Queries that read through a table that grows, each with the reason why it may.
const EXCUSED: &[(&str, &str)] = &[
    ("accounts::INSERT", "would look for rows that name the account before it is there, which only broken foreign keys leave behind"),
    ("keyword_index::SETTLE", "moves the postings of one chunk, 7,680 entries, when the next begins"),
    ("search_index::CLEAR", "empties the indexes, once, when they are made anew"),
];

const VERBS: &[&str] = &["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WITH ", "REPLACE "];

/// A database with the schema of this version, and nothing in it.
fn database() -> Connection {
    let database = Connection::open_in_memory().unwrap();
    for migration in files("sql/migrations", ".sql") {
        database.execute_batch(&migration.text).unwrap_or_else(|error| panic!("{}: {error}", migration.path));
    }
    database
}

/// The queries of some files, each named after its file and constant (`cats::BY_ID`).
fn queries(sources: &[Source]) -> Vec<(String, String)> {
    let all = sources.iter().flat_map(|file| {
        let place = file.path.trim_end_matches(".rs").replace('/', "::");
        file.constants(sources).into_iter().map(move |(name, sql)| (format!("{place}::{name}"), sql))
    });
    all.filter(|(_, sql)| VERBS.iter().any(|verb| sql.trim_start().to_uppercase().starts_with(verb))).collect()
}

/// The steps of a query's plan, or of several one after another, that read a whole table or index.
fn scans(database: &Connection, name: &str, sql: &str) -> Vec<String> {
    let statements = sql.split(';').filter(|statement| !statement.trim().is_empty());
    statements.flat_map(|statement| plan(database, name, statement)).filter(|step| is_scan(step)).collect()
}

fn plan(database: &Connection, name: &str, sql: &str) -> Vec<String> {
    let mut statement = database.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap_or_else(|error| panic!("{name}: {error}\n{sql}"));
    let parameters = vec![Null; statement.parameter_count()];
    let steps = statement.query_map(params_from_iter(parameters), |row| row.get("detail")).unwrap();
    steps.map(Result::unwrap).collect()
}

fn is_scan(step: &str) -> bool {
    let Some(what) = step.strip_prefix("SCAN ") else { return false };
    // Of a virtual table a plan without constraints is a bare number; `1:` is a row by its id, and `json_each` of its argument.
    let is_search = what.split_once("VIRTUAL TABLE INDEX ").is_some_and(|(_, index)| !index.ends_with(':') || index == "1:");
    let is_made_here = what.starts_with('(') || what.contains("-ROW VALUES") || what.ends_with("CONSTANT ROWS");
    !is_search && !is_made_here && !SMALL.contains(&what.split(' ').next().unwrap())
}

#[test]
fn no_query_reads_through_a_table_that_grows() {
    let database = database();
    let queries = queries(&files("src/store", ".rs"));
    assert!(queries.len() > 20, "only {} queries found", queries.len());
    let is_excused = |name: &str| EXCUSED.iter().any(|(excused, _)| *excused == name);
    let wrong: Vec<String> = queries
        .iter()
        .map(|(name, sql)| (name, scans(&database, name, sql)))
        .filter(|(name, scans)| scans.is_empty() == is_excused(name))
        .map(|(name, scans)| if scans.is_empty() { format!("{name} needs no excuse") } else { format!("{name}: {}", scans.join(", ")) })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for (excused, reason) in EXCUSED {
        assert!(queries.iter().any(|(name, _)| name == excused) && !reason.is_empty(), "{excused} is no query, or has no reason");
    }
}

#[test]
fn a_query_that_reads_through_a_table_is_found() {
    let database = database();
    for sql in [
        "SELECT id FROM entries WHERE nickname = ?1",
        "SELECT e.id FROM cats c JOIN entries e ON e.text = c.name WHERE c.id = ?1",
        "SELECT count(*) FROM entries",
        "UPDATE entries SET isFavorite = 0 WHERE location_city = ?1",
        "DELETE FROM entries WHERE id IN (SELECT id FROM entries WHERE text = ?1)",
        "SELECT entry_id FROM entry_places",
        "SELECT rowid FROM entry_words",
    ] {
        assert!(!scans(&database, "planted", sql).is_empty(), "{sql}");
    }
    for sql in [
        "SELECT text FROM entries WHERE id = ?1",
        "SELECT id FROM entries WHERE id < ?1 ORDER BY id DESC LIMIT ?2",
        "SELECT rowid FROM entry_words WHERE entry_words MATCH ?1",
        "SELECT entry_id FROM entry_places WHERE max_lat >= ?1 AND min_lat <= ?2",
        "SELECT text FROM json_each(?1) j JOIN entries ON entries.id = j.value",
    ] {
        assert_eq!(scans(&database, "planted", sql), [""; 0], "{sql}");
    }
}

#[test]
fn the_queries_of_a_file_are_found_with_their_whole_text() {
    let file = Source::new(
        "cats.rs",
        r#"
        macro_rules! columns { () => { "id, \
             name" }; }
        const LIMIT: i64 = 5;
        const NOT_SQL: &str = "cats";
        pub const BY_ID: &'static str = concat!("SELECT ", columns!(), " FROM cats WHERE id = ?1");
        impl Cat { const NAME: &str = r"SELECT name
            FROM cats"; }
        "#,
    );
    let expected = [("cats::BY_ID", "SELECT id, name FROM cats WHERE id = ?1"), ("cats::NAME", "SELECT name\n            FROM cats")];
    assert_eq!(queries(&[file]), expected.map(|(name, sql)| (name.to_owned(), sql.to_owned())));
}
