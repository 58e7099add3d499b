//! Sightings within a radius of a point, over HTTP.

use rocket::{State, get};

use crate::domain::areas::{AreaAnswer, AreaQuery, GroupsQuery};
use crate::domain::geo::Point;
use crate::domain::grouping::SuggestedGroupings;
use crate::domain::invalid::Invalid;
use crate::domain::query::Query;
use crate::store::{Db, areas};

use super::answer::{Json, Listed};
use super::error::ApiResult;
use super::input::{Input, RawQuery};

fn center(query: &Query<'_>, invalid: &mut Invalid) -> Point {
    let lat = query.float("lat", -90.0..=90.0, None, invalid);
    let lon = query.float("lon", -180.0..=180.0, None, invalid);
    Point { lat, lon }
}

#[get("/entries/by-area")]
pub async fn by_area(query: RawQuery<'_>, db: &State<Db>) -> ApiResult<Listed<AreaAnswer>> {
    let mut input = Input::default();
    let area = input.query(query, |query, invalid| AreaQuery {
        center: center(query, invalid),
        radius_m: query.int("radius", 1..=10_000, 500, invalid),
        include_assigned: query.flag("include_assigned", invalid).unwrap_or(true),
        before: query.whole("before", i64::MIN..=i64::MAX, invalid).map(|before| before.clamped()),
    });
    input.check()?;
    let body = db.read(move |session| areas::by_area(session, &area)).await?;
    let next = body.next.map(|before| format!("/entries/by-area?{}", Query::parse(query.0).with("before", before)));
    Ok(Listed { body, next, total: None })
}

#[get("/entries/by-area/suggested-groups")]
pub async fn suggested_groups(query: RawQuery<'_>, db: &State<Db>) -> ApiResult<Json<SuggestedGroupings>> {
    let mut input = Input::default();
    let groups = input.query(query, |query, invalid| GroupsQuery {
        center: center(query, invalid),
        radius_m: query.int("radius", 1..=10_000, 500, invalid),
        cluster_radius_m: query.int("cluster_radius", 10..=500, 100, invalid),
        min_sightings: usize::from(query.int("min_sightings", 2..=10, 2_u8, invalid)),
    });
    input.check()?;
    Ok(Json(db.read(move |session| areas::suggested_groups(session, &groups)).await?))
}
