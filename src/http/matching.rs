//! Which sightings may be of the same cat, over HTTP.

use rocket::http::Status;
use rocket::{State, get};

use crate::domain::matching::{MatchCandidate, NearbySighting};
use crate::store::Db;
use crate::store::matching::{self, Nearby};

use super::answer::Json;
use super::error::{ApiError, ApiResult};
use super::input::{Input, RawQuery, Segment};

#[get("/entries/<entry_id>/matches")]
pub async fn matches(entry_id: Segment<'_>, query: RawQuery<'_>, db: &State<Db>) -> ApiResult<Json<Vec<MatchCandidate>>> {
    let mut input = Input::default();
    let id = input.id("entry_id", entry_id);
    let (top_k, min_score) = input.query(query, |query, invalid| {
        (query.int("top_k", 1..=20, 5_u8, invalid), query.float("min_score", 0.0..=1.0, Some(0.15), invalid))
    });
    input.check()?;
    let found = db.read(move |session| matching::matches(session, id, top_k, min_score)).await?;
    found.map(Json).ok_or(ApiError::ENTRY_NOT_FOUND)
}

#[get("/entries/<entry_id>/nearby")]
pub async fn nearby(entry_id: Segment<'_>, query: RawQuery<'_>, db: &State<Db>) -> ApiResult<Json<Vec<NearbySighting>>> {
    let mut input = Input::default();
    let id = input.id("entry_id", entry_id);
    let (radius_m, top_k, include_assigned) = input.query(query, |query, invalid| {
        let radius_m = query.int("radius_meters", 1..=5000, 500_u32, invalid);
        let top_k = query.int("top_k", 1..=50, 10_u8, invalid);
        (radius_m, top_k, query.flag("include_assigned", invalid).unwrap_or(true))
    });
    input.check()?;
    match db.read(move |session| matching::nearby(session, id, radius_m, top_k, include_assigned)).await? {
        Nearby::Found(sightings) => Ok(Json(sightings)),
        Nearby::NoSuchEntry => Err(ApiError::ENTRY_NOT_FOUND),
        Nearby::NoCoordinates => {
            Err(ApiError::Sentence(Status::BadRequest, "This sighting has no coordinates yet. Look its place up first."))
        }
    }
}
