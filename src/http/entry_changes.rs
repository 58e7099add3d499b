//! Changing a sighting, and taking one away, over HTTP.

use jiff::Timestamp;
use rocket::http::Status;
use rocket::{State, delete, patch};
use serde_json::json;

use crate::domain::accounts::Permit;
use crate::domain::audit::Deed;
use crate::domain::entries::Entry;
use crate::domain::entry_changes::EntryChange;
use crate::store::{Db, entries, entry_changes};

use super::access::on_record;
use super::answer::Json;
use super::body::Body;
use super::error::{ApiError, ApiResult, CodedError};
use super::input::{Input, Segment};

/// What the newer routes say where there is no such sighting.
pub const NO_SUCH_ENTRY: ApiError = ApiError::missing("ENTRY_NOT_FOUND", "There is no such sighting.");
const BLANK_NOTE: ApiError = ApiError::refusal(Status::BadRequest, "BLANK_NOTE", "The note is empty. Please write what you saw.");

/// Change a sighting.
///
/// What is absent stays, null takes it away. A changed address makes `location` anew, and what was looked up for the old one goes, unless
/// coordinates are sent.
#[utoipa::path(
    request_body = EntryChange,
    responses(
        (status = 200, body = Entry),
        (status = 400, description = "The note is blank", body = CodedError),
        (status = 404, body = CodedError),
    ),
)]
#[patch("/entries/<entry_id>", data = "<body>")]
pub async fn change(entry_id: Segment<'_>, body: Body, permit: Permit, db: &State<Db>) -> ApiResult<Json<Entry>> {
    let mut input = Input::default();
    let id = input.id("entry_id", entry_id);
    let change: EntryChange = input.body(&body);
    input.check()?;
    change.check().map_err(|_| BLANK_NOTE)?;
    let now = Timestamp::now();
    db.write(move |tx| {
        let old = entries::by_id(tx, id)?.ok_or(NO_SUCH_ENTRY)?;
        permit.check(old.created_by)?;
        let new = change.of(&old);
        on_record(tx, &permit, &Deed::new("edit", "entry", id).with(json!({ "fields": new.differences(&old) })), now)?;
        Ok(Json(entry_changes::update(tx, &old, &new)?))
    })
    .await
}

/// Take a sighting away, with what was found out about it.
#[utoipa::path(responses((status = 204), (status = 404, body = CodedError)))]
#[delete("/entries/<entry_id>")]
pub async fn remove(entry_id: Segment<'_>, permit: Permit, db: &State<Db>) -> ApiResult<Status> {
    let mut input = Input::default();
    let id = input.id("entry_id", entry_id);
    input.check()?;
    let now = Timestamp::now();
    db.write(move |tx| {
        let old = entries::by_id(tx, id)?.ok_or(NO_SUCH_ENTRY)?;
        permit.check(old.created_by)?;
        on_record(tx, &permit, &Deed::new("delete", "entry", id), now)?;
        entry_changes::delete(tx, &old)?;
        Ok(Status::NoContent)
    })
    .await
}
