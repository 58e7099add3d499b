//! Insights about cats in the database.

use rusqlite::types::Type;
use rusqlite::{Row, params};

use crate::domain::entries::Entry;
use crate::domain::insights::{CONSIDERED, Insight, PROMPT_VERSION, Subject};
use crate::domain::profiles::InsightStatus;

use super::entries;
use super::error::{Result, StoreError};
use super::session::{Session, Tx};

const NEWEST_OF_CAT: &str = "SELECT id FROM entries WHERE cat_id = ?1 ORDER BY id DESC LIMIT ?2";

/// The newest sightings of a cat, as many as an insight considers.
pub fn considered(session: &Session<'_>, cat_id: i64) -> Result<Vec<Entry>> {
    let ids = session.all(NEWEST_OF_CAT, params![cat_id, CONSIDERED], |row| row.get(0))?;
    ids.into_iter().filter_map(|id| entries::by_id(session, id).transpose()).collect()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Insight> {
    let json: String = row.get(0)?;
    serde_json::from_str(&json).map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(error)))
}

const OF_CONTEXT: &str =
    "SELECT insight_json FROM cat_insights WHERE cat_id = ?1 AND mode = ?2 AND prompt_version = ?3 AND context_hash = ?4";

/// The insight stored for exactly this subject.
pub fn of_subject(session: &Session<'_>, subject: &Subject) -> Result<Option<Insight>> {
    session.one(OF_CONTEXT, params![subject.cat_id, subject.mode.as_str(), PROMPT_VERSION, subject.context_hash()], read)
}

const KEEP: &str = "INSERT INTO cat_insights (cat_id, mode, prompt_version, context_hash, insight_json, createdAt, updatedAt) \
     SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?6 WHERE EXISTS (SELECT 1 FROM cats WHERE id = ?1) \
     ON CONFLICT (cat_id, mode, prompt_version, context_hash) DO NOTHING";

/// Keeps an insight, unless one is there; answers what is stored then. None where the cat is gone.
pub fn keep(tx: &Tx<'_>, subject: &Subject, insight: &Insight) -> Result<Option<Insight>> {
    let json = serde_json::to_string(insight).map_err(|error| StoreError::Lost(error.to_string()))?;
    let key = (subject.cat_id, subject.mode.as_str(), PROMPT_VERSION, subject.context_hash());
    tx.execute(KEEP, params![key.0, key.1, key.2, key.3, json, insight.generated_at])?;
    of_subject(tx, subject)
}

const STATUS: &str = "SELECT max(mode = 'profile'), max(mode = 'care'), max(mode = 'update'), max(mode = 'risk'), max(updatedAt) \
     FROM cat_insights WHERE cat_id = ?1";

/// Which insights are stored for a cat.
pub fn status(session: &Session<'_>, cat_id: i64) -> Result<InsightStatus> {
    let has = |row: &Row<'_>, at: usize| row.get::<_, Option<bool>>(at).map(|found| found.unwrap_or(false));
    session.the(STATUS, [cat_id], |row| {
        Ok(InsightStatus {
            has_profile: has(row, 0)?,
            has_care: has(row, 1)?,
            has_update: has(row, 2)?,
            has_risk: has(row, 3)?,
            last_updated: row.get(4)?,
        })
    })
}
