//! Sightings on a map, counted: what is asked, and how cells of the grid that lie close together become one cluster.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::entries::{bbox, moment};
use super::geo::Bounds;
use super::grid::{Cell, DEEPEST, Grid, Tally};
use super::invalid::Invalid;
use super::query::Query;
use super::time::Month;

/// A cell is a quarter of a map tile, 64 pixels, at the zoom that shows it.
const CELLS_A_TILE: u8 = 2;
/// How close to the fullest cell of a cluster others belong to it, in cells: 80 pixels, so that circles do not cover each other.
const REACH: f64 = 1.25;

/// Which sightings to count.
#[derive(Debug, Clone, Copy, PartialEq, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ClustersQuery {
    /// A box of degrees: `west,south,east,north`. It may cross the 180th meridian.
    #[param(value_type = String)]
    pub bbox: Bounds,
    /// The zoom of the map as web maps count it: at 0 the world is 256 pixels wide.
    #[param(minimum = 0, maximum = 22)]
    pub zoom: u8,
    /// Only sightings of the month (UTC) of this time or later.
    #[param(value_type = Option<String>)]
    pub since: Option<Month>,
    /// Only sightings of the month (UTC) of this time or earlier.
    #[param(value_type = Option<String>)]
    pub until: Option<Month>,
}

impl ClustersQuery {
    pub fn read(query: &Query<'_>, invalid: &mut Invalid) -> Self {
        query.require("bbox", invalid);
        let bbox = bbox(query, invalid).unwrap_or(Bounds { south: 0.0, west: 0.0, north: 0.0, east: 0.0 });
        query.require("zoom", invalid);
        let zoom = query.int("zoom", 0..=22, 0_u8, invalid);
        let mut month = |name| moment(name, query, invalid).and_then(Month::of_micros);
        Self { bbox, zoom, since: month("since"), until: month("until") }
    }

    /// The cells that are asked for.
    #[must_use]
    pub fn grid(&self) -> Grid {
        Grid::over(&self.bbox, (self.zoom + CELLS_A_TILE).min(DEEPEST))
    }

    /// The months asked for, if not all.
    #[must_use]
    pub fn months(&self) -> Option<(Month, Month)> {
        (self.since.is_some() || self.until.is_some()).then(|| (self.since.unwrap_or(Month::FIRST), self.until.unwrap_or(Month::LAST)))
    }
}

/// Sightings close together on the map.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Cluster {
    pub count: i64,
    /// The middle of its sightings.
    pub lat: f64,
    pub lon: f64,
    /// `west,south,east,north` of the cells it is made of, as lists take it: `/entries?bbox=`.
    pub bbox: String,
    /// The sighting, where there is one alone.
    pub entry: Option<Pin>,
}

/// A sighting on the map, in short.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Pin {
    pub entry_id: i64,
    pub nickname: Option<String>,
    /// The first 100 characters of the note, with three dots if there is more.
    pub text_preview: String,
    pub location: Option<String>,
    pub cat_id: Option<i64>,
    pub cat_name: Option<String>,
    pub photo_url: Option<String>,
    pub created_at: String,
}

/// The clusters of a box.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ClustersAnswer {
    /// How many sightings they count together: those of the box and, at its edges, of the rest of a cell.
    pub total_count: i64,
    /// The fullest first.
    pub clusters: Vec<Cluster>,
}

/// How many sightings there are of each month.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct MonthsAnswer {
    /// Of months with a sighting that has a place, the first month first.
    pub months: Vec<MonthCount>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct MonthCount {
    /// Such as `2026-01`.
    #[schema(value_type = String)]
    pub month: Month,
    pub count: i64,
}

/// Cells that became one cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct Gathering {
    pub tally: Tally,
    pub bounds: Bounds,
}

/// Gathers cells of one level: the fullest takes those around it whose middles are close to its own, then the fullest of those left.
/// A middle may lie well off the middle of its cell, so neighbours of neighbours are asked as well.
#[must_use]
pub fn gather(cells: &BTreeMap<Cell, Tally>) -> Vec<Gathering> {
    let mut fullest: Vec<(&Cell, &Tally)> = cells.iter().collect();
    fullest.sort_by_key(|(cell, tally)| (std::cmp::Reverse(tally.total), **cell));
    let mut left = cells.clone();
    let mut gatherings = Vec::new();
    for (cell, _) in fullest {
        let Some(seed) = left.remove(cell) else { continue };
        let mut gathering = Gathering { tally: seed, bounds: cell.bounds() };
        for near in cell.around(2) {
            let is_close = |tally: &Tally| near.middle(tally).distance(cell.middle(&seed)) <= REACH;
            if let Some(tally) = left.get(&near).copied().filter(is_close) {
                left.remove(&near);
                gathering.tally.add(&tally);
                gathering.bounds = gathering.bounds.with(near.bounds());
            }
        }
        gatherings.push(gathering);
    }
    gatherings
}

#[cfg(test)]
mod tests {
    use super::super::geo::Point;
    use super::*;

    fn cells(level: u8, points: &[(f64, f64)]) -> BTreeMap<Cell, Tally> {
        let mut cells = BTreeMap::<Cell, Tally>::new();
        for (&(lat, lon), id) in points.iter().zip(1..) {
            let point = Point { lat, lon };
            cells.entry(Cell::of(point, level)).or_default().add(&Tally::of(id, point));
        }
        cells
    }

    #[test]
    fn cells_close_together_are_one_cluster_and_those_apart_are_not() {
        let gathered = gather(&cells(10, &[(52.5, 13.4), (52.5, 13.401), (52.6, 13.5), (48.1, 11.6)]));
        let counts: Vec<i64> = gathered.iter().map(|gathering| gathering.tally.total).collect();
        assert_eq!(counts, [3, 1]);
        let middle = gathered[0].tally.middle();
        assert!((middle.lat - (52.5 + 52.5 + 52.6) / 3.0).abs() < 1e-6, "{middle:?}");
        assert!(gathered[0].bounds.contains(Point { lat: 52.6, lon: 13.5 }) && gathered[0].bounds.contains(Point { lat: 52.5, lon: 13.4 }));
        assert_eq!(gathered[1].tally.alone(), Some(4));
    }

    #[test]
    fn nothing_is_lost_and_no_two_seeds_are_closer_than_the_reach() {
        let points: Vec<(f64, f64)> = (0..500).map(|n| (f64::from(n * 37 % 101) / 10.0, f64::from(n * 53 % 97) / 10.0)).collect();
        let gathered = gather(&cells(8, &points));
        assert_eq!(gathered.iter().map(|gathering| gathering.tally.total).sum::<i64>(), 500);
        assert!(gathered.len() > 10 && gathered.len() < 200, "{}", gathered.len());
    }
}
