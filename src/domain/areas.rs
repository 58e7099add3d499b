//! Areas: the sightings within a radius of a point.

use serde::Serialize;

use super::geo::Point;

/// How many sightings an answer shows at most; its totals count all.
pub const MAX_SHOWN: usize = 5000;

/// Which sightings of an area to show.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AreaQuery {
    pub center: Point,
    pub radius_m: u32,
    /// Whether sightings that belong to a cat are shown and counted as well.
    pub include_assigned: bool,
    /// Only ids below this one are shown; totals count all the same.
    pub before: Option<i64>,
}

/// The sightings of an area, newest first, with totals of all of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AreaAnswer {
    pub center_lat: f64,
    pub center_lon: f64,
    pub radius_meters: u32,
    pub total_count: usize,
    pub unassigned_count: usize,
    pub sightings: Vec<AreaSighting>,
    /// The `before` of the next page, if there is one.
    #[serde(skip)]
    pub next: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AreaSighting {
    pub entry_id: i64,
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
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GroupsQuery {
    pub center: Point,
    pub radius_m: u32,
    pub cluster_radius_m: u32,
    pub min_sightings: usize,
}
