//! Pairs of sightings that do not show the same cat, as somebody says, over HTTP.

use jiff::Timestamp;
use rocket::http::Status;
use rocket::{State, delete, get, post};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::domain::accounts::Permit;
use crate::domain::audit::Deed;
use crate::store::{Db, entries, not_same};

use super::access::on_record;
use super::answer::Json;
use super::entry_changes::NO_SUCH_ENTRY;
use super::error::{ApiError, ApiResult, CodedError};
use super::input::{Input, Segment};

const ONE_ENTRY: ApiError =
    ApiError::refusal(Status::BadRequest, "SAME_ENTRY", "A sighting always shows the cat that it shows. Please name another one.");
const NOT_SAID: ApiError = ApiError::missing("PAIR_NOT_FOUND", "Nobody has said that these two do not show the same cat.");

/// The sightings that do not show the cat of this one.
#[derive(Debug, Serialize, ToSchema)]
pub struct NotSame {
    entry_id: i64,
    not_same: Vec<i64>,
}

/// The sightings that do not show the cat of this one, as somebody said.
#[utoipa::path(responses((status = 200, body = NotSame), (status = 404, body = CodedError)))]
#[get("/entries/<entry_id>/not-same")]
pub async fn list(entry_id: Segment<'_>, db: &State<Db>) -> ApiResult<Json<NotSame>> {
    let mut input = Input::default();
    let entry_id = input.id("entry_id", entry_id);
    input.check()?;
    db.read(move |session| {
        let is_there = entries::created_by(session, entry_id)?.is_some();
        Ok(is_there.then_some(NotSame { entry_id, not_same: not_same::others(session, entry_id)? }))
    })
    .await?
    .map(Json)
    .ok_or(NO_SUCH_ENTRY)
}

/// Say that two sightings do not show the same cat.
///
/// It is kept for those who compare them, and changes no score.
// It takes leave over the one that is named first.
#[utoipa::path(
    responses(
        (status = 200, body = NotSame),
        (status = 400, description = "They are one sighting", body = CodedError),
        (status = 404, body = CodedError),
    ),
)]
#[post("/entries/<entry_id>/not-same/<other_id>")]
pub async fn keep(entry_id: Segment<'_>, other_id: Segment<'_>, permit: Permit, db: &State<Db>) -> ApiResult<Json<NotSame>> {
    let mut input = Input::default();
    let entry_id = input.id("entry_id", entry_id);
    let other_id = input.id("other_id", other_id);
    input.check()?;
    let now = Timestamp::now();
    db.write(move |tx| {
        let created_by = entries::created_by(tx, entry_id)?.ok_or(NO_SUCH_ENTRY)?;
        entries::created_by(tx, other_id)?.ok_or(NO_SUCH_ENTRY)?;
        permit.check(created_by)?;
        if entry_id == other_id {
            return Err(ONE_ENTRY);
        }
        not_same::keep(tx, entry_id, other_id, permit.account_id(), now)?;
        on_record(tx, &permit, &Deed::new("tell apart", "entry", entry_id).with(json!({ "other_id": other_id })), now)?;
        Ok(Json(NotSame { entry_id, not_same: not_same::others(tx, entry_id)? }))
    })
    .await
}

/// Take back that two sightings do not show the same cat.
#[utoipa::path(responses((status = 204), (status = 404, body = CodedError)))]
#[delete("/entries/<entry_id>/not-same/<other_id>")]
pub async fn forget(entry_id: Segment<'_>, other_id: Segment<'_>, permit: Permit, db: &State<Db>) -> ApiResult<Status> {
    let mut input = Input::default();
    let entry_id = input.id("entry_id", entry_id);
    let other_id = input.id("other_id", other_id);
    input.check()?;
    let now = Timestamp::now();
    db.write(move |tx| {
        permit.check(entries::created_by(tx, entry_id)?.ok_or(NO_SUCH_ENTRY)?)?;
        if !not_same::forget(tx, entry_id, other_id)? {
            return Err(NOT_SAID);
        }
        on_record(tx, &permit, &Deed::new("no longer tell apart", "entry", entry_id).with(json!({ "other_id": other_id })), now)?;
        Ok(Status::NoContent)
    })
    .await
}
