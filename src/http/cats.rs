//! Cats over HTTP.

use std::collections::HashSet;

use jiff::Timestamp;
use rocket::http::Status;
use rocket::{State, delete, get, patch, post};
use serde_json::{Value, json};

use crate::domain::accounts::Permit;
use crate::domain::audit::Deed;
use crate::domain::cats::{Cat, CatChange, CatDraft, CatUpdated, FromSightingsDraft, LinkDraft, Linked};
use crate::domain::page::Keyset;
use crate::domain::query::Query;
use crate::domain::whole::Whole;
use crate::store::{Db, Tx, cats, entries};

use super::access::on_record;
use super::answer::{Json, Listed};
use super::body::Body;
use super::error::{ApiError, ApiResult, CodedError, SentenceError};
use super::input::{Input, RawQuery, Segment};

/// What the newer routes say where there is no such cat.
pub const NO_SUCH_CAT: ApiError = ApiError::missing("CAT_NOT_FOUND", "There is no such cat.");

/// The newest cats first.
///
/// At most 1000 at once; `Link` says where the rest is.
#[utoipa::path(params(Keyset), responses((status = 200, body = Vec<Cat>, headers(("Link"), ("X-Total-Count" = u64)))))]
#[get("/cats")]
pub async fn list(query: RawQuery<'_>, db: &State<Db>) -> ApiResult<Listed<Vec<Cat>>> {
    let mut input = Input::default();
    let keyset = input.query(query, Keyset::read);
    input.check()?;
    let (found, total) = db.read(move |session| Ok((cats::list(session, keyset)?, cats::total(session)?))).await?;
    let next = found.next.map(|before| format!("/cats?{}", Query::parse(query.0).with("before", before)));
    Ok(Listed { body: found.rows, next, total: Some(total) })
}

/// Make a cat, with a name or without.
#[utoipa::path(request_body = CatDraft, responses((status = 200, body = Cat)))]
#[post("/cats", data = "<body>")]
pub async fn create(body: Body, permit: Permit, db: &State<Db>) -> ApiResult<Json<Cat>> {
    let mut input = Input::default();
    let draft: CatDraft = input.body(&body);
    input.check()?;
    let (new, now) = (draft.validate(), Timestamp::now());
    db.write(move |tx| {
        let cat = cats::insert(tx, &new, permit.account_id(), now)?;
        on_record(tx, &permit, &Deed::new("add", "cat", cat.id), now)?;
        Ok(Json(cat))
    })
    .await
}

/// One cat.
#[utoipa::path(responses((status = 200, body = Cat), (status = 404, body = CodedError)))]
#[get("/cats/<cat_id>")]
pub fn read(cat_id: Segment<'_>, db: &State<Db>) -> ApiResult<Json<Cat>> {
    let mut input = Input::default();
    let id = input.id("cat_id", cat_id);
    input.check()?;
    db.look_up(|session| cats::by_id(session, id))?.map(Json).ok_or(NO_SUCH_CAT)
}

/// Name a cat, or take its name away.
///
/// A name that is absent stays; null or a blank one clears it.
#[utoipa::path(request_body = CatChange, responses((status = 200, body = CatUpdated), (status = 404, body = CodedError)))]
#[patch("/cats/<cat_id>", data = "<body>")]
pub async fn change(cat_id: Segment<'_>, body: Body, permit: Permit, db: &State<Db>) -> ApiResult<Json<CatUpdated>> {
    let mut input = Input::default();
    let id = input.id("cat_id", cat_id);
    let change: CatChange = input.body(&body);
    input.check()?;
    let now = Timestamp::now();
    db.write(move |tx| {
        permit.check(cats::by_id(tx, id)?.ok_or(NO_SUCH_CAT)?.created_by)?;
        on_record(tx, &permit, &Deed::new("rename", "cat", id), now)?;
        cats::change(tx, id, &change, now)?.map(Json).ok_or(NO_SUCH_CAT)
    })
    .await
}

/// Take a cat away, with its comments and insights. Its sightings stay.
#[utoipa::path(responses((status = 204), (status = 404, body = CodedError)))]
#[delete("/cats/<cat_id>")]
pub async fn remove(cat_id: Segment<'_>, permit: Permit, db: &State<Db>) -> ApiResult<Status> {
    let mut input = Input::default();
    let id = input.id("cat_id", cat_id);
    input.check()?;
    let now = Timestamp::now();
    db.write(move |tx| {
        permit.check(cats::by_id(tx, id)?.ok_or(NO_SUCH_CAT)?.created_by)?;
        on_record(tx, &permit, &Deed::new("delete", "cat", id), now)?;
        cats::delete(tx, id)?;
        Ok(Status::NoContent)
    })
    .await
}

/// Give sightings to a cat.
///
/// One after another as they are listed, whichever cat each belonged to before; all of it happens, or none.
#[utoipa::path(
    request_body = LinkDraft,
    responses((status = 200, description = "What became of each", body = Linked), (status = 404, body = SentenceError)),
)]
#[post("/cats/<cat_id>/link-sightings", data = "<body>")]
pub async fn link(cat_id: Segment<'_>, body: Body, permit: Permit, db: &State<Db>) -> ApiResult<Json<Linked>> {
    let mut input = Input::default();
    let id = input.id("cat_id", cat_id);
    let LinkDraft { entry_ids } = input.body(&body);
    input.check()?;
    let now = Timestamp::now();
    db.write(move |tx| {
        cats::by_id(tx, id)?.ok_or(ApiError::CAT_NOT_FOUND)?;
        check_each(tx, &permit, &entry_ids)?;
        let linked = cats::link(tx, id, &entry_ids)?;
        on_record(tx, &permit, &Deed::new("link", "cat", id).with(those(&linked)), now)?;
        Ok(Json(linked))
    })
    .await
}

/// Make a cat of sightings.
///
/// Those that exist belong to it from then on. The cat is made even if none does.
#[utoipa::path(request_body = FromSightingsDraft, responses((status = 200, body = Cat)))]
#[post("/cats/from-sightings", data = "<body>")]
pub async fn from_sightings(body: Body, permit: Permit, db: &State<Db>) -> ApiResult<Json<Cat>> {
    let mut input = Input::default();
    let FromSightingsDraft { entry_ids, name } = input.body(&body);
    input.check()?;
    let (new, now) = (CatDraft { name }.validate(), Timestamp::now());
    db.write(move |tx| {
        check_each(tx, &permit, &entry_ids)?;
        let cat = cats::insert(tx, &new, permit.account_id(), now)?;
        let linked = cats::link(tx, cat.id, &entry_ids)?;
        on_record(tx, &permit, &Deed::new("add", "cat", cat.id).with(those(&linked)), now)?;
        Ok(Json(cat))
    })
    .await
}

/// Refuses a list with a sighting that the permit does not cover. One that is not there is nobody's.
fn check_each(tx: &Tx<'_>, permit: &Permit, entry_ids: &[Whole]) -> ApiResult<()> {
    if permit.covers_everything() {
        return Ok(());
    }
    let ids: HashSet<i64> = entry_ids.iter().filter_map(Whole::small).collect();
    for id in ids {
        entries::created_by(tx, id)?.map_or(Ok(()), |created_by| permit.check(created_by))?;
    }
    Ok(())
}

/// Which sightings were linked, for the record: the first hundred, and how many.
fn those(linked: &Linked) -> Value {
    let ids = &linked.newly_linked;
    json!({ "entry_ids": ids.iter().take(100).collect::<Vec<_>>(), "count": ids.len() })
}
