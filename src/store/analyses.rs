//! Analyses of notes in the database.

use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{Row, params};
use serde_json::Value;

use crate::domain::analysis::{EntryAnalysis, Findings};
use crate::domain::time;

use super::error::Result;
use super::session::{Session, Tx};

fn read(row: &Row<'_>) -> rusqlite::Result<EntryAnalysis> {
    let tags: String = row.get(2)?;
    let tags = serde_json::from_str(&tags).map_err(|error| rusqlite::Error::FromSqlConversionFailure(2, Type::Text, Box::new(error)))?;
    Ok(EntryAnalysis {
        entry_id: row.get(0)?,
        summary: row.get(1)?,
        tags,
        sentiment: row.get(3)?,
        updated_at: row.get(4)?,
        analyzer: row.get(5)?,
    })
}

const OF_ENTRY: &str = "SELECT entry_id, summary, tags_json, sentiment, updatedAt, analyzer FROM analyses WHERE entry_id = ?1";

pub fn of_entry(session: &Session<'_>, entry_id: i64) -> Result<Option<EntryAnalysis>> {
    session.one(OF_ENTRY, [entry_id], read)
}

const OF_TEXT: &str =
    "SELECT entry_id, summary, tags_json, sentiment, updatedAt, analyzer FROM analyses WHERE entry_id = ?1 AND text_hash = ?2";

/// The stored analysis, if it is one of this text.
pub fn of_text(session: &Session<'_>, entry_id: i64, text_hash: &str) -> Result<Option<EntryAnalysis>> {
    session.one(OF_TEXT, params![entry_id, text_hash], read)
}

const KEEP: &str = "INSERT INTO analyses (entry_id, text_hash, summary, tags_json, sentiment, createdAt, updatedAt, analyzer) \
     SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7 WHERE EXISTS (SELECT 1 FROM entries WHERE id = ?1) \
     ON CONFLICT (entry_id) DO UPDATE SET text_hash = excluded.text_hash, summary = excluded.summary, tags_json = excluded.tags_json, \
     sentiment = excluded.sentiment, updatedAt = excluded.updatedAt, analyzer = excluded.analyzer WHERE text_hash <> excluded.text_hash";

/// Keeps an analysis by this model or the built-in rules, unless one of the same text is there; answers what is stored then. None where the sighting is gone.
pub fn keep(tx: &Tx<'_>, entry_id: i64, findings: &Findings, analyzer: Option<&str>, now: Timestamp) -> Result<Option<EntryAnalysis>> {
    let tags = Value::from(findings.tags.clone()).to_string();
    let values = params![entry_id, findings.text_hash, findings.summary, tags, findings.sentiment.as_str(), time::format(now), analyzer];
    tx.execute(KEEP, values)?;
    of_entry(tx, entry_id)
}
