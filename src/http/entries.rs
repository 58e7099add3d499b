//! Sightings over HTTP.

use jiff::Timestamp;
use rocket::{State, get, post};
use serde_json::json;

use crate::domain::accounts::Permit;
use crate::domain::audit::Deed;
use crate::domain::entries::{Entry, EntryDraft, EntryFilter};
use crate::domain::page::Keyset;
use crate::domain::query::Query;
use crate::store::{Db, StoreError, cats, entries};

use super::access::on_record;
use super::answer::{Json, Listed};
use super::body::Body;
use super::error::{ApiError, ApiResult, CodedError, SentenceError};
use super::input::{Input, RawQuery, Segment};

/// The newest sightings first, all of them or those asked for.
///
/// At most 1000 at once; `Link` says where the rest is.
#[utoipa::path(params(EntryFilter, Keyset), responses((status = 200, body = Vec<Entry>, headers(("Link"), ("X-Total-Count" = u64)))))]
#[get("/entries")]
pub async fn list(query: RawQuery<'_>, db: &State<Db>) -> ApiResult<Listed<Vec<Entry>>> {
    let mut input = Input::default();
    let filter = input.query(query, EntryFilter::read);
    input.check()?;
    let (found, total) = db
        .read(move |session| {
            let total = if filter.is_everything() { Some(entries::total(session)?) } else { None };
            Ok((entries::list(session, &filter)?, total))
        })
        .await?;
    let next = found.next.map(|before| format!("/entries?{}", Query::parse(query.0).with("before", before)));
    Ok(Listed { body: found.rows, next, total })
}

/// One sighting.
#[utoipa::path(responses((status = 200, body = Entry), (status = 404, body = CodedError)))]
#[get("/entries/<entry_id>")]
pub fn read(entry_id: Segment<'_>, db: &State<Db>) -> ApiResult<Json<Entry>> {
    let mut input = Input::default();
    let id = input.id("entry_id", entry_id);
    input.check()?;
    let entry = db.look_up(|session| entries::by_id(session, id))?;
    entry.map(Json).ok_or(ApiError::missing("ENTRY_NOT_FOUND", "Entry not found"))
}

/// Log a sighting.
///
/// Text is cleaned of markup and trimmed. If any part of an address is set, `location` is made of those: `street number, zip city,
/// country`.
#[utoipa::path(
    request_body = EntryDraft,
    responses((status = 200, body = Entry), (status = 400, description = "The note is blank", body = SentenceError)),
)]
#[post("/entries", data = "<body>")]
pub async fn create(body: Body, permit: Permit, db: &State<Db>) -> ApiResult<Json<Entry>> {
    let mut input = Input::default();
    let draft: EntryDraft = input.body(&body);
    input.check()?;
    let (new, now) = (draft.validate()?, Timestamp::now());
    log::info!(nickname = new.nickname(); "creating_entry");
    let created = db.write(move |tx| entries::insert(tx, &new, permit.account_id(), now)).await;
    Ok(Json(told(created)?))
}

/// Tells the log what came of logging a sighting.
pub fn told(created: Result<Entry, StoreError>) -> Result<Entry, StoreError> {
    created
        .inspect(|entry| log::info!(entry_id = entry.id; "entry_created"))
        .inspect_err(|error| log::warn!(error:%; "entry_creation_failed"))
}

/// Mark a sighting as a favorite, or take the mark away.
#[utoipa::path(responses((status = 200, body = Entry), (status = 404, body = SentenceError)))]
#[post("/entries/<entry_id>/favorite")]
pub async fn favorite(entry_id: Segment<'_>, permit: Permit, db: &State<Db>) -> ApiResult<Json<Entry>> {
    let mut input = Input::default();
    let id = input.id("entry_id", entry_id);
    input.check()?;
    let now = Timestamp::now();
    db.write(move |tx| {
        permit.check(entries::created_by(tx, id)?.ok_or(ApiError::ENTRY_NOT_FOUND)?)?;
        on_record(tx, &permit, &Deed::new("favor", "entry", id), now)?;
        entries::toggle_favorite(tx, id)?.ok_or(ApiError::ENTRY_NOT_FOUND)
    })
    .await
    .map(Json)
}

/// Give a sighting to a cat, whichever it belonged to before.
#[utoipa::path(responses((status = 200, body = Entry), (status = 404, body = SentenceError)))]
#[post("/entries/<entry_id>/assign/<cat_id>")]
pub async fn assign(entry_id: Segment<'_>, cat_id: Segment<'_>, permit: Permit, db: &State<Db>) -> ApiResult<Json<Entry>> {
    let mut input = Input::default();
    let id = input.id("entry_id", entry_id);
    let cat_id = input.id("cat_id", cat_id);
    input.check()?;
    let now = Timestamp::now();
    db.write(move |tx| {
        cats::by_id(tx, cat_id)?.ok_or(ApiError::CAT_NOT_FOUND)?;
        permit.check(entries::created_by(tx, id)?.ok_or(ApiError::ENTRY_NOT_FOUND)?)?;
        on_record(tx, &permit, &Deed::new("link", "entry", id).with(json!({ "cat_id": cat_id })), now)?;
        entries::assign(tx, id, cat_id)?.ok_or(ApiError::ENTRY_NOT_FOUND)
    })
    .await
    .map(Json)
}
