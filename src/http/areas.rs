//! Sightings within a radius of a point, over HTTP.

use rocket::{State, get};

use crate::domain::areas::{AreaAnswer, AreaQuery, GroupsQuery};
use crate::domain::geo::Point;
use crate::domain::grouping::SuggestedGroupings;
use crate::domain::query::Query;
use crate::store::{Db, areas};

use super::answer::{Json, Listed};
use super::error::ApiResult;
use super::input::{Input, RawQuery};

/// Sightings around a point, newest first.
///
/// At most 5000 are shown, the totals count all. `Link` says where the rest is.
#[utoipa::path(params(Point, AreaQuery), responses((status = 200, body = AreaAnswer, headers(("Link")))))]
#[get("/entries/by-area")]
pub async fn by_area(query: RawQuery<'_>, db: &State<Db>) -> ApiResult<Listed<AreaAnswer>> {
    let mut input = Input::default();
    let area = input.query(query, AreaQuery::read);
    input.check()?;
    let body = db.read(move |session| areas::by_area(session, &area)).await?;
    let next = body.next.map(|before| format!("/entries/by-area?{}", Query::parse(query.0).with("before", before)));
    Ok(Listed { body, next, total: None })
}

/// Groups of sightings around a point that may be of one cat, most plausible first.
///
/// Of sightings that belong to no cat. The newest one takes every other within `cluster_radius` of itself, then the newest of those
/// that are left, and so on.
#[utoipa::path(params(Point, GroupsQuery), responses((status = 200, body = SuggestedGroupings)))]
#[get("/entries/by-area/suggested-groups")]
pub async fn suggested_groups(query: RawQuery<'_>, db: &State<Db>) -> ApiResult<Json<SuggestedGroupings>> {
    let mut input = Input::default();
    let groups = input.query(query, GroupsQuery::read);
    input.check()?;
    Ok(Json(db.read(move |session| areas::suggested_groups(session, &groups)).await?))
}
