//! Areas: the sightings within a radius of a point.

use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::geo::Point;
use super::invalid::Invalid;
use super::query::Query;
use super::whole::Whole;

/// How many sightings an answer shows at most; its totals count all.
pub const MAX_SHOWN: usize = 5000;

/// Which sightings of an area to show.
#[derive(Debug, Clone, Copy, PartialEq, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AreaQuery {
    #[param(ignore)]
    pub center: Point,
    /// How far around the point, in metres.
    #[param(rename = "radius", required = false, default = 500, minimum = 1, maximum = 10_000)]
    pub radius_m: u32,
    /// Whether sightings that belong to a cat are shown and counted as well.
    #[param(required = false, default = true)]
    pub include_assigned: bool,
    /// Only ids below this one are shown; totals count all the same.
    #[param(inline, value_type = Option<Whole>)]
    pub before: Option<i64>,
}

impl AreaQuery {
    pub fn read(query: &Query<'_>, invalid: &mut Invalid) -> Self {
        Self {
            center: Point::read(query, invalid),
            radius_m: query.int("radius", 1..=10_000, 500, invalid),
            include_assigned: query.flag("include_assigned", invalid).unwrap_or(true),
            before: query.whole("before", i64::MIN..=i64::MAX, invalid).map(|before| before.clamped()),
        }
    }
}

/// The sightings of an area, newest first, with totals of all of it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct AreaAnswer {
    pub center_lat: f64,
    pub center_lon: f64,
    pub radius_meters: u32,
    pub total_count: usize,
    pub unassigned_count: usize,
    /// The newest 5000 at most; `Link` says where the rest is.
    pub sightings: Vec<AreaSighting>,
    /// The `before` of the next page, if there is one.
    #[serde(skip)]
    pub next: Option<i64>,
}

/// A sighting in an area, in short.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct AreaSighting {
    pub entry_id: i64,
    /// The first 100 characters of the note, with three dots if there is more.
    pub text_preview: String,
    pub location: Option<String>,
    pub location_normalized: Option<String>,
    pub latitude: f64,
    pub longitude: f64,
    pub cat_id: Option<i64>,
    pub cat_name: Option<String>,
    pub created_at: String,
}

/// In which area to look for sightings that may be of one cat, and how close together.
#[derive(Debug, Clone, Copy, PartialEq, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct GroupsQuery {
    #[param(ignore)]
    pub center: Point,
    /// How far around the point, in metres.
    #[param(rename = "radius", required = false, default = 500, minimum = 1, maximum = 10_000)]
    pub radius_m: u32,
    /// How far from its newest sighting a group reaches, in metres.
    #[param(rename = "cluster_radius", required = false, default = 100, minimum = 10, maximum = 500)]
    pub cluster_radius_m: u32,
    /// How many sightings make a group.
    #[param(required = false, default = 2, minimum = 2, maximum = 10)]
    pub min_sightings: usize,
}

impl GroupsQuery {
    pub fn read(query: &Query<'_>, invalid: &mut Invalid) -> Self {
        Self {
            center: Point::read(query, invalid),
            radius_m: query.int("radius", 1..=10_000, 500, invalid),
            cluster_radius_m: query.int("cluster_radius", 10..=500, 100, invalid),
            min_sightings: usize::from(query.int("min_sightings", 2..=10, 2_u8, invalid)),
        }
    }
}
