//! Which sightings may be of the same cat, over HTTP.

use rocket::http::Status;
use rocket::{State, get};

use crate::domain::matching::{MatchCandidate, MatchQuery, NearbyQuery, NearbySighting};
use crate::store::Db;
use crate::store::matching::{self, Nearby};

use super::answer::Json;
use super::error::{ApiError, ApiResult, SentenceError};
use super::input::{Input, RawQuery, Segment};

/// Sightings that may be of the same cat, most likely first.
///
/// Two sightings are compared by the words of their notes and by their distance or, where one has no coordinates, by the words of
/// their places. Equally likely ones come newest first.
#[utoipa::path(params(MatchQuery), responses((status = 200, body = Vec<MatchCandidate>), (status = 404, body = SentenceError)))]
#[get("/entries/<entry_id>/matches")]
pub async fn matches(entry_id: Segment<'_>, query: RawQuery<'_>, db: &State<Db>) -> ApiResult<Json<Vec<MatchCandidate>>> {
    let mut input = Input::default();
    let id = input.id("entry_id", entry_id);
    let MatchQuery { top_k, min_score } = input.query(query, MatchQuery::read);
    input.check()?;
    let found = db.read(move |session| matching::matches(session, id, top_k, min_score)).await?;
    found.map(Json).ok_or(ApiError::ENTRY_NOT_FOUND)
}

/// Sightings around another one, closest first.
#[utoipa::path(
    params(NearbyQuery),
    responses(
        (status = 200, body = Vec<NearbySighting>),
        (status = 400, description = "The sighting has no coordinates", body = SentenceError),
        (status = 404, body = SentenceError),
    ),
)]
#[get("/entries/<entry_id>/nearby")]
pub async fn nearby(entry_id: Segment<'_>, query: RawQuery<'_>, db: &State<Db>) -> ApiResult<Json<Vec<NearbySighting>>> {
    let mut input = Input::default();
    let id = input.id("entry_id", entry_id);
    let NearbyQuery { radius_m, top_k, include_assigned } = input.query(query, NearbyQuery::read);
    input.check()?;
    match db.read(move |session| matching::nearby(session, id, radius_m, top_k, include_assigned)).await? {
        Nearby::Found(sightings) => Ok(Json(sightings)),
        Nearby::NoSuchEntry => Err(ApiError::ENTRY_NOT_FOUND),
        Nearby::NoCoordinates => {
            Err(ApiError::Sentence(Status::BadRequest, "This sighting has no coordinates yet. Look its place up first."))
        }
    }
}
