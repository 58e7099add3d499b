//! Analyses of notes over HTTP.

use jiff::Timestamp;
use rocket::http::Status;
use rocket::{State, get, post};

use crate::domain::analysis::{EntryAnalysis, analyze as find};
use crate::store::{Db, analyses, entries};

use super::answer::Json;
use super::error::{ApiError, ApiResult};
use super::input::{Input, Segment};

#[get("/entries/<entry_id>/analysis")]
pub fn read(entry_id: Segment<'_>, db: &State<Db>) -> ApiResult<Json<EntryAnalysis>> {
    let mut input = Input::default();
    let id = input.id("entry_id", entry_id);
    input.check()?;
    let analysis = db.look_up(|session| analyses::of_entry(session, id))?;
    analysis.map(Json).ok_or(ApiError::Sentence(Status::NotFound, "Analysis not found. Ask for one first."))
}

#[post("/entries/<entry_id>/analyze")]
pub async fn analyze(entry_id: Segment<'_>, db: &State<Db>) -> ApiResult<Json<EntryAnalysis>> {
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
    let kept = db.write(move |tx| analyses::keep(tx, id, &findings, now)).await?;
    kept.map(Json).ok_or(ApiError::ENTRY_NOT_FOUND)
}
