//! Adoption of files that are not as tidy as the fixtures: logs, journals, cells of other types.

use std::fs;

use catatlas::store::adoption::Adoption;
use catatlas::store::file::Done;
use catatlas::store::identity::Kind;
use catatlas::store::refusal::Reason;
use rusqlite::types::Value as Cell;
use serde_json::{Value, json};

use crate::database_files::{Folder, is_refused};

impl Folder {
    #[track_caller]
    fn adopt(&self) -> Adoption {
        let (kind, rehearsed) = self.look();
        assert!(matches!(kind.unwrap(), Kind::Predecessor { .. }));
        let prepared = self.prepare().unwrap();
        assert_eq!(rehearsed.unwrap(), prepared.done, "what was rehearsed is what was done");
        let Done::Adopted(adoption) = &prepared.done else { panic!("not adopted: {prepared}") };
        let strays = self.open().prepare("PRAGMA foreign_key_check").unwrap().exists([]).unwrap();
        assert!(!strays, "a row refers to one that is not there");
        adoption.clone()
    }

    #[track_caller]
    fn cell(&self, sql: &str) -> Cell {
        self.open().query_row(sql, [], |row| row.get(0)).unwrap()
    }

    /// The reason and the row that is kept in `orphans`.
    #[track_caller]
    fn orphan(&self, table: &str, id: i64) -> (String, Value) {
        let sql = "SELECT reason, row_json FROM orphans WHERE source_table = ?1 AND source_id = ?2";
        let (reason, json): (_, String) = self.open().query_row(sql, (table, id), |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        (reason, serde_json::from_str(&json).unwrap())
    }
}

#[test]
fn a_log_of_the_predecessor_is_taken_in() {
    let running = Folder::with("v3.db");
    let predecessor = running.open();
    predecessor.execute_batch("PRAGMA journal_mode = WAL; UPDATE entries SET text = 'from the log' WHERE id = 3").unwrap();
    let folder = running.crashed();
    assert!(!folder.contents()["atlas.db-wal"].is_empty(), "the change is in the log only");
    folder.adopt();
    assert_eq!(folder.cell("SELECT text FROM entries WHERE id = 3"), Cell::Text("from the log".to_owned()));
    assert_eq!(folder.contents().len(), 2, "{:?}", folder.contents().keys());
}

#[test]
fn a_tidy_file_in_wal_mode_is_adopted() {
    let folder = Folder::with("v2.db");
    folder.change("PRAGMA journal_mode = WAL");
    assert_eq!(folder.adopt().schema, 2);
    assert_eq!(folder.contents().len(), 2, "{:?}", folder.contents().keys());
}

#[test]
fn a_transaction_that_the_predecessor_did_not_finish_is_undone() {
    let running = Folder::with("v3.db");
    let predecessor = running.open();
    let half = "PRAGMA cache_size = 1; PRAGMA cache_spill = 1; BEGIN; UPDATE entries SET text = printf('%.3000c', 'x')";
    predecessor.execute_batch(half).unwrap();
    let folder = running.crashed();
    assert!(!folder.contents()["atlas.db-journal"].is_empty());
    assert_ne!(folder.contents()["atlas.db"], Folder::with("v3.db").contents()["atlas.db"], "some of it is in the file");
    folder.adopt();
    assert_eq!(folder.cell("SELECT count(*) FROM entries WHERE text LIKE 'xxxxx%'"), Cell::Integer(6), "the long texts of the fixture");
}

#[test]
fn a_refused_file_keeps_its_log() {
    let running = Folder::new();
    let stranger = running.open();
    stranger.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE customers (name)").unwrap();
    is_refused(&running.crashed(), |reason| matches!(reason, Reason::Foreign(tables) if tables[0] == "customers"));
}

#[test]
fn a_column_that_nobody_knows_is_refused_before_anything_is_made() {
    let folder = Folder::with("v3.db");
    folder.change("ALTER TABLE entries ADD COLUMN microchip TEXT");
    is_refused(&folder, |reason| matches!(reason, Reason::Foreign(_)));
}

#[test]
fn a_table_in_the_way_is_refused_and_no_copy_stays() {
    let folder = Folder::with("v3.db");
    folder.change("CREATE TABLE settings (mine)");
    is_refused(&folder, |reason| matches!(reason, Reason::Failed(_, why) if why.contains("settings")));
}

#[test]
fn tables_and_views_of_others_stay() {
    let folder = Folder::with("v3.db");
    folder.change("CREATE TABLE _litestream_seq (seq); INSERT INTO _litestream_seq VALUES (7); CREATE VIEW favorites AS SELECT * FROM entries WHERE isFavorite; ANALYZE");
    folder.adopt();
    assert_eq!(folder.cell("SELECT seq FROM _litestream_seq"), Cell::Integer(7));
    assert_eq!(folder.cell("SELECT count(*) FROM favorites"), Cell::Integer(12));
}

#[test]
fn cells_of_other_types_are_kept_or_told_of() {
    let folder = Folder::with("v3.db");
    folder.change(
        "UPDATE entries SET location_lat = 'north' WHERE id = 3;
         UPDATE entries SET text = X'6D696E61FF' WHERE id = 6;
         UPDATE entries SET isFavorite = 7, nickname = CAST(X'C328' AS TEXT) WHERE id = 9;
         UPDATE entries SET cat_id = 'the grey one' WHERE id = 15;
         UPDATE entries SET location_lat = 9e999 WHERE id = 18;
         UPDATE analyses SET tags_json = '{}' WHERE entry_id = 3; UPDATE cat_insights SET insight_json = '{';
         UPDATE cats SET name = X'4D6F' WHERE id = 7",
    );
    let adoption = folder.adopt();
    let of = |sql: &str| folder.cell(sql);
    assert_eq!(of("SELECT location_lat FROM entries WHERE id = 3"), Cell::Null);
    assert_eq!(of("SELECT text FROM entries WHERE id = 6"), Cell::Text("mina\u{fffd}".to_owned()));
    assert_eq!(of("SELECT isFavorite FROM entries WHERE id = 9"), Cell::Integer(1));
    assert_eq!(of("SELECT nickname FROM entries WHERE id = 9"), Cell::Text("\u{fffd}(".to_owned()));
    assert_eq!(of("SELECT cat_id FROM entries WHERE id = 15"), Cell::Null);
    assert_eq!(of("SELECT location_lat FROM entries WHERE id = 18"), Cell::Real(f64::INFINITY), "odd, but a number");
    assert_eq!(of("SELECT count(*) FROM analyses WHERE entry_id = 3"), Cell::Integer(0));
    assert_eq!(of("SELECT name FROM cats WHERE id = 7"), Cell::Text("Mo".to_owned()));

    for (table, id, column, cell) in [
        ("entries", 3, "location_lat", json!("north")),
        ("entries", 6, "text", json!({ "blob_hex": "6d696e61ff" })),
        ("entries", 9, "isFavorite", json!(7)),
        ("entries", 9, "nickname", json!({ "text_hex": "c328" })),
        ("entries", 15, "cat_id", json!("the grey one")),
        ("analyses", 3, "tags_json", json!("{}")),
        ("cat_insights", 1, "insight_json", json!("{")),
        ("cats", 7, "name", json!({ "blob_hex": "4d6f" })),
    ] {
        let (reason, row) = folder.orphan(table, id);
        assert!(reason.contains(column), "{reason}");
        assert_eq!(row[column], cell, "{table} {id} {column}");
        assert!(adoption.orphans.iter().any(|own| own.table == table && own.reason == reason), "{reason} is not reported");
    }
}

#[test]
fn a_row_that_repeats_another_is_told_of() {
    let folder = Folder::with("v3.db");
    folder.change(
        "ALTER TABLE cat_insights RENAME TO old;
         CREATE TABLE cat_insights (id INTEGER PRIMARY KEY, cat_id, mode, prompt_version, context_hash, insight_json, createdAt, updatedAt);
         INSERT INTO cat_insights SELECT * FROM old; INSERT INTO cat_insights SELECT 5, cat_id, mode, prompt_version, context_hash, '{}', createdAt, updatedAt FROM old;
         DROP TABLE old",
    );
    folder.adopt();
    assert_eq!(folder.cell("SELECT group_concat(id) FROM cat_insights"), Cell::Text("1".to_owned()));
    assert_eq!(folder.orphan("cat_insights", 5).1["insight_json"], "{}");
}

#[test]
fn the_copy_is_as_private_as_the_original() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::with("v3.db");
    fs::set_permissions(folder.database(), fs::Permissions::from_mode(0o600)).unwrap();
    let copy = folder.prepare().unwrap().safety_copy.unwrap();
    assert_eq!(fs::metadata(copy).unwrap().permissions().mode() & 0o777, 0o600);
}
