//! Profiles of cats over HTTP.

use rocket::{State, get};

use crate::domain::page::Page;
use crate::domain::profiles::{CatProfile, EnhancedProfile, SightingPage};
use crate::store::{Db, profiles};

use super::answer::Json;
use super::cats::NO_SUCH_CAT;
use super::error::{ApiError, ApiResult, CodedError, SentenceError};
use super::input::{Input, RawQuery, Segment};

/// What all sightings of a cat add up to.
#[utoipa::path(responses((status = 200, body = CatProfile), (status = 404, body = SentenceError)))]
#[get("/cats/<cat_id>/profile")]
pub async fn profile(cat_id: Segment<'_>, db: &State<Db>) -> ApiResult<Json<CatProfile>> {
    let mut input = Input::default();
    let id = input.id("cat_id", cat_id);
    input.check()?;
    let profile = db.read(move |session| profiles::profile(session, id)).await?;
    profile.map(Json).ok_or(ApiError::CAT_NOT_FOUND)
}

/// The same in detail: numbers, the latest sightings, the most frequent places, stored insights.
#[utoipa::path(responses((status = 200, body = EnhancedProfile), (status = 404, body = CodedError)))]
#[get("/cats/<cat_id>/profile/enhanced")]
pub async fn enhanced(cat_id: Segment<'_>, db: &State<Db>) -> ApiResult<Json<EnhancedProfile>> {
    let mut input = Input::default();
    let id = input.id("cat_id", cat_id);
    input.check()?;
    let profile = db.read(move |session| profiles::enhanced(session, id)).await?;
    profile.map(Json).ok_or(NO_SUCH_CAT)
}

/// A page of the sightings of a cat, latest first.
#[utoipa::path(params(Page), responses((status = 200, body = SightingPage), (status = 404, body = CodedError)))]
#[get("/cats/<cat_id>/sightings")]
pub async fn sightings(cat_id: Segment<'_>, query: RawQuery<'_>, db: &State<Db>) -> ApiResult<Json<SightingPage>> {
    let mut input = Input::default();
    let id = input.id("cat_id", cat_id);
    let page = input.query(query, Page::read);
    input.check()?;
    let found = db.read(move |session| profiles::sightings(session, id, page)).await?;
    found.map(Json).ok_or(NO_SUCH_CAT)
}
