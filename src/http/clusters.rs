//! Sightings counted for the map, over HTTP.

use rocket::{State, get};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::clusters::{ClustersAnswer, ClustersQuery, MonthsAnswer};
use crate::store::{Db, clusters};

use super::Settings;
use super::answer::Json;
use super::error::ApiResult;
use super::input::{Input, RawQuery};

/// Clusters of the sightings in a part of the map, the fullest first.
///
/// They are counted in cells of 64 pixels at this zoom, larger ones where the box is large. A cluster of one tells which sighting it is.
#[utoipa::path(params(ClustersQuery), responses((status = 200, body = ClustersAnswer)))]
#[get("/map/clusters")]
pub async fn list(query: RawQuery<'_>, db: &State<Db>) -> ApiResult<Json<ClustersAnswer>> {
    let mut input = Input::default();
    let asked = input.query(query, ClustersQuery::read);
    input.check()?;
    Ok(Json(db.read(move |session| clusters::clusters(session, &asked)).await?))
}

/// How many sightings with a place there are of each month: what a slider of time shows.
#[utoipa::path(responses((status = 200, body = MonthsAnswer)))]
#[get("/map/months")]
pub async fn months(db: &State<Db>) -> ApiResult<Json<MonthsAnswer>> {
    Ok(Json(db.read(clusters::months).await?))
}

/// Tiles of a map that the operator named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Tiles {
    /// With `{z}`, `{x}` and `{y}` where the numbers of a tile go.
    pub url: String,
    /// Whom the map is to name for them.
    pub attribution: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TilesAnswer {
    tiles: Option<Tiles>,
}

/// What lies under the sightings on the map: null is the outline of the land and a grid, which come with the page.
#[utoipa::path(responses((status = 200, body = TilesAnswer)))]
#[get("/map/tiles")]
pub fn tiles(settings: &State<Settings>) -> Json<TilesAnswer> {
    Json(TilesAnswer { tiles: settings.tiles.clone() })
}
