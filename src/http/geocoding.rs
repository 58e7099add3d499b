//! Locations looked up at the geocoder, and how that is doing.

use std::sync::Arc;

use rocket::{Shutdown, State, get, post, tokio};

use crate::domain::accounts::{Act, Permit};
use crate::domain::entries::Entry;
use crate::domain::geocoding::{GeocodingHealthResponse, LocationNormalizationResult, Lookup, LookupQuery, Place, most_alike};
use crate::geocoder::{Geocoder, Unavailable};
use crate::store::{Db, entries, geocoding};

use super::access::SIGN_IN;
use super::answer::Json;
use super::error::{ApiError, ApiResult, SentenceError};
use super::gate::Gate;
use super::input::{Input, RawQuery, Segment};

const OFF: &str = "This atlas has no geocoder, so nothing was looked up. Whoever runs it can name one: catatlas serve --geocoder-url URL";
const CHANGED: &str = "The sighting was changed while its location was looked up. Please try again.";

/// Look up where a sighting was.
///
/// The answer is 200 however that ends; `status` says how. What is found is stored with the sighting.
#[utoipa::path(
    params(LookupQuery),
    responses((status = 200, description = "How it ended", body = LocationNormalizationResult), (status = 404, body = SentenceError)),
)]
#[post("/entries/<entry_id>/normalize-location")]
pub async fn normalize_location(
    entry_id: Segment<'_>,
    query: RawQuery<'_>,
    permit: Permit,
    gate: &State<Gate>,
    db: &State<Db>,
    geocoder: &State<Option<Arc<Geocoder>>>,
    stop: Shutdown,
) -> ApiResult<Json<LocationNormalizationResult>> {
    let mut input = Input::default();
    let id = input.id("entry_id", entry_id);
    let LookupQuery { force } = input.query(query, LookupQuery::read);
    input.check()?;
    let entry = db.look_up(|session| entries::by_id(session, id))?.ok_or(ApiError::ENTRY_NOT_FOUND)?;
    let lookup = match (Lookup::without_asking(&entry, force), geocoder.inner()) {
        (Some(known), _) => known,
        (None, None) => Lookup::Error(OFF.to_owned()),
        (None, Some(geocoder)) => {
            let relocation = Permit::of(gate.access, Act::Relocate, permit.account().cloned());
            check(&entry, relocation.as_ref())?;
            look_up(id, entry.location.clone().unwrap_or_default(), relocation, geocoder, db, stop).await?
        }
    };
    Ok(Json(LocationNormalizationResult::new(id, entry.location, lookup)))
}

/// Anybody may have a place looked up that is not known yet. To put another where one stands is to change the sighting.
fn check(entry: &Entry, relocation: Option<&Permit>) -> ApiResult<()> {
    if entry.point().is_none() {
        return Ok(());
    }
    relocation.ok_or(SIGN_IN)?.check(entry.created_by)
}

async fn look_up(
    id: i64,
    location: String,
    relocation: Option<Permit>,
    geocoder: &Arc<Geocoder>,
    db: &Db,
    stop: Shutdown,
) -> ApiResult<Lookup> {
    let found = tokio::select! {
        found = geocoder.locate(&location) => found,
        // A lookup may take half a minute, longer than a stop should.
        () = stop => Err(Unavailable::Lost),
    };
    match found {
        Ok(Some(place)) => keep(id, location, place, relocation, db).await,
        Ok(None) => Ok(Lookup::NotFound),
        Err(Unavailable::Resting) => guess(id, location, db).await,
        Err(why) => Ok(Lookup::Error(why.to_string())),
    }
}

async fn keep(id: i64, location: String, place: Place, relocation: Option<Permit>, db: &Db) -> ApiResult<Lookup> {
    let found = place.clone();
    let is_kept = db
        .write(move |tx| {
            entries::by_id(tx, id)?.map_or(Ok(()), |entry| check(&entry, relocation.as_ref()))?;
            Ok::<_, ApiError>(geocoding::keep(tx, id, &location, &found)?)
        })
        .await?;
    Ok(if is_kept { Lookup::Success(place) } else { Lookup::Error(CHANGED.to_owned()) })
}

async fn guess(id: i64, location: String, db: &Db) -> ApiResult<Lookup> {
    let alike = db.read(move |session| Ok(most_alike(&location, geocoding::sharing_words(session, id, &location)?))).await?;
    Ok(alike.map_or_else(|| Lookup::Error(Unavailable::Resting.to_string()), Lookup::Fallback))
}

/// How the geocoder is doing.
#[utoipa::path(responses((status = 200, body = GeocodingHealthResponse)))]
#[get("/health/geocoding")]
pub fn health(geocoder: &State<Option<Arc<Geocoder>>>) -> Json<GeocodingHealthResponse> {
    Json(geocoder.as_ref().map_or_else(GeocodingHealthResponse::off, |geocoder| geocoder.health()))
}
