//! Analyses of notes over HTTP.

use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;
use rocket::http::Status;
use rocket::{State, get, post};

use crate::domain::analysis::{EntryAnalysis, analyze as find};
use crate::domain::flags::Flag;
use crate::store::{Db, analyses, entries};

use super::answer::Json;
use super::entry_changes::NO_SUCH_ENTRY;
use super::error::{ApiError, ApiResult, CodedError, SentenceError};
use super::flags::Granted;
use super::input::{Input, Segment};
use super::metrics::Metrics;

/// The stored analysis of a sighting.
#[utoipa::path(responses((status = 200, body = EntryAnalysis), (status = 404, description = "It was not analyzed yet", body = SentenceError)))]
#[get("/entries/<entry_id>/analysis")]
pub fn read(entry_id: Segment<'_>, db: &State<Db>) -> ApiResult<Json<EntryAnalysis>> {
    let mut input = Input::default();
    let id = input.id("entry_id", entry_id);
    input.check()?;
    let analysis = db.look_up(|session| analyses::of_entry(session, id))?;
    analysis.map(Json).ok_or(ApiError::Sentence(Status::NotFound, "Analysis not found. Ask for one first."))
}

/// The stored analyses of a sighting: one, or none yet.
#[utoipa::path(responses((status = 200, body = Vec<EntryAnalysis>), (status = 404, body = CodedError)))]
#[get("/entries/<entry_id>/analyses")]
pub fn list(entry_id: Segment<'_>, db: &State<Db>) -> ApiResult<Json<Vec<EntryAnalysis>>> {
    let mut input = Input::default();
    let id = input.id("entry_id", entry_id);
    input.check()?;
    let analysis = db.look_up(|session| {
        let found = analyses::of_entry(session, id)?;
        let is_there = found.is_some() || entries::created_by(session, id)?.is_some();
        Ok(is_there.then_some(found))
    })?;
    Ok(Json(analysis.ok_or(NO_SUCH_ENTRY)?.into_iter().collect()))
}

/// Analyze the note of a sighting.
///
/// An analysis of the same text is kept as it is.
#[utoipa::path(responses((status = 200, body = EntryAnalysis), (status = 404, body = SentenceError)))]
#[post("/entries/<entry_id>/analyze")]
pub async fn analyze(
    entry_id: Segment<'_>,
    granted: Granted<'_>,
    metrics: &State<Arc<Metrics>>,
    db: &State<Db>,
) -> ApiResult<Json<EntryAnalysis>> {
    granted.check(Flag::AiAnalysis)?;
    let began = Instant::now();
    let mut input = Input::default();
    let id = input.id("entry_id", entry_id);
    input.check()?;
    let entry = db.look_up(|session| entries::by_id(session, id))?.ok_or(ApiError::ENTRY_NOT_FOUND)?;
    let findings = find(&entry.text);
    // Most are asked for again: the writer has other things to do.
    if let Some(stored) = db.look_up(|session| analyses::of_text(session, id, &findings.text_hash))? {
        return Ok(Json(stored));
    }
    let now = Timestamp::now();
    metrics.analyzed(began);
    let kept = db.write(move |tx| analyses::keep(tx, id, &findings, now)).await?;
    kept.map(Json).ok_or(ApiError::ENTRY_NOT_FOUND)
}
