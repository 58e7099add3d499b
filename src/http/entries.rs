//! Sightings over HTTP.

use jiff::Timestamp;
use rocket::{State, get, post};

use crate::domain::entries::{Entry, EntryDraft, EntryFilter};
use crate::domain::query::Query;
use crate::store::{Db, cats, entries};

use super::answer::{Json, Listed};
use super::body::Body;
use super::error::{ApiError, ApiResult};
use super::input::{Input, RawQuery, Segment};

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

#[get("/entries/<entry_id>")]
pub fn read(entry_id: Segment<'_>, db: &State<Db>) -> ApiResult<Json<Entry>> {
    let mut input = Input::default();
    let id = input.id("entry_id", entry_id);
    input.check()?;
    let entry = db.look_up(|session| entries::by_id(session, id))?;
    entry.map(Json).ok_or(ApiError::missing("ENTRY_NOT_FOUND", "Entry not found"))
}

#[post("/entries", data = "<body>")]
pub async fn create(body: Body, db: &State<Db>) -> ApiResult<Json<Entry>> {
    let mut input = Input::default();
    let draft: EntryDraft = input.body(&body);
    input.check()?;
    let new = draft.validate()?;
    let now = Timestamp::now();
    Ok(Json(db.write(move |tx| entries::insert(tx, &new, now)).await?))
}

#[post("/entries/<entry_id>/favorite")]
pub async fn favorite(entry_id: Segment<'_>, db: &State<Db>) -> ApiResult<Json<Entry>> {
    let mut input = Input::default();
    let id = input.id("entry_id", entry_id);
    input.check()?;
    let entry = db.write(move |tx| entries::toggle_favorite(tx, id)).await?;
    entry.map(Json).ok_or(ApiError::ENTRY_NOT_FOUND)
}

#[post("/entries/<entry_id>/assign/<cat_id>")]
pub async fn assign(entry_id: Segment<'_>, cat_id: Segment<'_>, db: &State<Db>) -> ApiResult<Json<Entry>> {
    let mut input = Input::default();
    let id = input.id("entry_id", entry_id);
    let cat_id = input.id("cat_id", cat_id);
    input.check()?;
    let assigned = db
        .write(move |tx| match cats::by_id(tx, cat_id)? {
            None => Ok(Err(ApiError::CAT_NOT_FOUND)),
            Some(_) => Ok(entries::assign(tx, id, cat_id)?.ok_or(ApiError::ENTRY_NOT_FOUND)),
        })
        .await?;
    assigned.map(Json)
}
