//! The three schemas the predecessor has had: which tables and columns, and what a cell of each may hold in ours.

use std::collections::BTreeSet;

use rusqlite::Connection;

/// A table of the predecessor's. Ours has the same name and columns, some more besides.
pub(super) struct Table {
    pub name: &'static str,
    /// The first of its schemas with this table.
    since: u8,
    columns: &'static [Column],
    /// Columns that only ours has; each is taken from this SQL over the predecessor's row.
    pub derived: &'static [(Column, &'static str)],
}

pub(super) struct Column {
    pub name: &'static str,
    since: u8,
    pub holds: Holds,
}

/// What a column of ours accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// The row's id.
    Key,
    Text,
    TextOrNull,
    Json,
    /// JSON: a list of strings.
    Words,
    /// 0 or 1.
    Flag,
    RealOrNull,
    /// Microseconds of a time that is stored as text; null where it cannot be read.
    Micros,
    /// The id of a cat, or null.
    CatOrNull,
    /// The id of a row of this table, without which this one cannot be.
    Parent(&'static str),
}

use Holds::{CatOrNull, Flag, Json, Key, Micros, Parent, RealOrNull, Text, TextOrNull, Words};

const fn column(since: u8, name: &'static str, holds: Holds) -> Column {
    Column { name, since, holds }
}

const ADOPTED: (Column, &str) = (column(0, "adopted", Flag), "1");

/// In an order in which what is referred to comes first.
const TABLES: [Table; 5] = [
    Table {
        name: "cats",
        since: 2,
        columns: &[column(2, "id", Key), column(2, "name", TextOrNull), column(2, "createdAt", Text), column(3, "updatedAt", TextOrNull)],
        derived: &[ADOPTED],
    },
    Table {
        name: "entries",
        since: 1,
        columns: &[
            column(1, "id", Key),
            column(1, "text", Text),
            column(1, "createdAt", Text),
            column(1, "isFavorite", Flag),
            column(2, "nickname", TextOrNull),
            column(2, "location", TextOrNull),
            column(2, "cat_id", CatOrNull),
            column(2, "photo_url", TextOrNull),
            column(3, "location_normalized", TextOrNull),
            column(3, "location_lat", RealOrNull),
            column(3, "location_lon", RealOrNull),
            column(3, "location_osm_id", TextOrNull),
            column(3, "location_street", TextOrNull),
            column(3, "location_number", TextOrNull),
            column(3, "location_zip", TextOrNull),
            column(3, "location_city", TextOrNull),
            column(3, "location_country", TextOrNull),
        ],
        derived: &[(column(0, "created_us", Micros), "createdAt"), ADOPTED],
    },
    Table {
        name: "analyses",
        since: 1,
        columns: &[
            column(1, "entry_id", Parent("entries")),
            column(1, "text_hash", Text),
            column(1, "summary", Text),
            column(1, "tags_json", Words),
            column(1, "sentiment", Text),
            column(1, "createdAt", Text),
            column(1, "updatedAt", Text),
        ],
        derived: &[],
    },
    Table {
        name: "cat_insights",
        since: 2,
        columns: &[
            column(2, "id", Key),
            column(2, "cat_id", Parent("cats")),
            column(2, "mode", Text),
            column(2, "prompt_version", Text),
            column(2, "context_hash", Text),
            column(2, "insight_json", Json),
            column(2, "createdAt", Text),
            column(2, "updatedAt", Text),
        ],
        derived: &[],
    },
    Table {
        name: "cat_comments",
        since: 3,
        columns: &[
            column(3, "id", Key),
            column(3, "cat_id", Parent("cats")),
            column(3, "author_name", Text),
            column(3, "content", Text),
            column(3, "createdAt", Text),
            column(3, "updatedAt", Text),
        ],
        derived: &[ADOPTED],
    },
];

impl Table {
    /// Its columns in one of the predecessor's schemas; the first is the key.
    pub fn columns(&self, schema: u8) -> impl Iterator<Item = &'static Column> {
        self.columns.iter().filter(move |column| column.since <= schema)
    }

    pub fn key(&self) -> &'static str {
        self.columns[0].name
    }
}

/// The tables of one of the predecessor's schemas.
pub(super) fn tables(schema: u8) -> impl Iterator<Item = &'static Table> {
    TABLES.iter().filter(move |table| table.since <= schema)
}

/// Which of the predecessor's schemas a database has, if any. Tables of others (Litestream's, say) do not matter, a column more or
/// less in one of its own does: nobody could say what becomes of it.
pub(super) fn recognise(connection: &Connection) -> rusqlite::Result<Option<u8>> {
    for schema in 1..=3 {
        let mut is_this = true;
        for table in &TABLES {
            let expected = table.columns(schema).map(|column| (column.name.to_owned(), column.name == table.key()));
            is_this &= columns_of(connection, table.name)? == expected.collect();
        }
        if is_this {
            return Ok(Some(schema));
        }
    }
    Ok(None)
}

/// The columns a table has, and which of them is its integer key.
fn columns_of(connection: &Connection, table: &str) -> rusqlite::Result<BTreeSet<(String, bool)>> {
    let mut statement = connection.prepare_cached("SELECT name, pk = 1 AND upper(type) = 'INTEGER' FROM pragma_table_info(?1)")?;
    statement.query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}
