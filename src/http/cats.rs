//! Cats over HTTP.

use jiff::Timestamp;
use rocket::{State, get, patch, post};

use crate::domain::cats::{Cat, CatChange, CatDraft, CatUpdated, FromSightingsDraft, LinkDraft, Linked};
use crate::domain::page::Keyset;
use crate::domain::query::Query;
use crate::store::{Db, cats};

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
pub async fn create(body: Body, db: &State<Db>) -> ApiResult<Json<Cat>> {
    let mut input = Input::default();
    let draft: CatDraft = input.body(&body);
    input.check()?;
    let (new, now) = (draft.validate(), Timestamp::now());
    Ok(Json(db.write(move |tx| cats::insert(tx, &new, now)).await?))
}

/// Name a cat, or take its name away.
///
/// A name that is absent stays; null or a blank one clears it.
#[utoipa::path(request_body = CatChange, responses((status = 200, body = CatUpdated), (status = 404, body = CodedError)))]
#[patch("/cats/<cat_id>", data = "<body>")]
pub async fn change(cat_id: Segment<'_>, body: Body, db: &State<Db>) -> ApiResult<Json<CatUpdated>> {
    let mut input = Input::default();
    let id = input.id("cat_id", cat_id);
    let change: CatChange = input.body(&body);
    input.check()?;
    let now = Timestamp::now();
    let changed = db.write(move |tx| cats::change(tx, id, &change, now)).await?;
    changed.map(Json).ok_or(NO_SUCH_CAT)
}

/// Give sightings to a cat.
///
/// One after another as they are listed, whichever cat each belonged to before; all of it happens, or none.
#[utoipa::path(
    request_body = LinkDraft,
    responses((status = 200, description = "What became of each", body = Linked), (status = 404, body = SentenceError)),
)]
#[post("/cats/<cat_id>/link-sightings", data = "<body>")]
pub async fn link(cat_id: Segment<'_>, body: Body, db: &State<Db>) -> ApiResult<Json<Linked>> {
    let mut input = Input::default();
    let id = input.id("cat_id", cat_id);
    let draft: LinkDraft = input.body(&body);
    input.check()?;
    let linked = db
        .write(move |tx| match cats::by_id(tx, id)? {
            Some(_) => cats::link(tx, id, &draft.entry_ids).map(Some),
            None => Ok(None),
        })
        .await?;
    linked.map(Json).ok_or(ApiError::CAT_NOT_FOUND)
}

/// Make a cat of sightings.
///
/// Those that exist belong to it from then on. The cat is made even if none does.
#[utoipa::path(request_body = FromSightingsDraft, responses((status = 200, body = Cat)))]
#[post("/cats/from-sightings", data = "<body>")]
pub async fn from_sightings(body: Body, db: &State<Db>) -> ApiResult<Json<Cat>> {
    let mut input = Input::default();
    let FromSightingsDraft { entry_ids, name } = input.body(&body);
    input.check()?;
    let (new, now) = (CatDraft { name }.validate(), Timestamp::now());
    Ok(Json(db.write(move |tx| cats::from_sightings(tx, &new, &entry_ids, now)).await?))
}
