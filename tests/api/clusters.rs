//! A database from before the map is counted when it is brought up to date.

use catatlas::store::search_index;
use rusqlite::Connection;

use crate::database_files::Folder;
use crate::source::files;

const CELLS: &str =
    "SELECT group_concat(level || ' ' || x || ' ' || y || ' ' || total || ' ' || lat_e7 || ' ' || lon_e7 || ' ' || ids, ', ')
    FROM (SELECT * FROM map_cells ORDER BY level, x, y)";
const MONTHS: &str = "SELECT group_concat(level || ' ' || x || ' ' || y || ' ' || month || ' ' || total, ', ')
    FROM (SELECT * FROM map_months ORDER BY level, x, y, month)";

fn text(database: &Connection, sql: &str) -> String {
    database.query_row(sql, [], |row| row.get::<_, Option<String>>(0)).unwrap().unwrap_or_default()
}

#[test]
fn a_database_from_before_the_map_gets_one_of_all_it_holds() {
    let folder = Folder::new();
    for migration in files("sql/migrations", ".sql").iter().take(3) {
        folder.change(&migration.text);
    }
    folder.change(
        "PRAGMA user_version = 3; INSERT INTO entries (text, createdAt, created_us, location_lat, location_lon) VALUES
         ('a', '2026-01-10T22:27:08Z', 1768084028000000, 52.5, 13.4), ('b', '2025-12-10T22:27:08Z', 1765405628000000, 52.5, 13.4),
         ('c', 'once', NULL, -33.9, 151.2), ('d', '2026-01-10T22:27:08Z', 1768084028000000, NULL, NULL)",
    );
    let prepared = folder.prepare().unwrap();
    let database = folder.open();
    let (cells, months) = (text(&database, CELLS), text(&database, MONTHS));
    assert!(cells.contains(" 2 1050000000 268000000 3"), "both of Berlin in one cell: {cells}");
    assert_eq!(months.split(", ").count(), 20, "two months in ten levels: {months}");
    search_index::rebuild(&database).unwrap();
    assert_eq!((text(&database, CELLS), text(&database, MONTHS)), (cells, months), "as it is made anew");
    drop(prepared);
}
