//! The grid that sightings are counted in: square cells of the projection of web maps (EPSG:3857), in levels each twice as fine.

use std::f64::consts::PI;

use super::geo::{Bounds, Point};

/// The deepest level: its cells are 38 metres wide at the equator. Level n has 2^n cells from west to east.
pub const DEEPEST: u8 = 20;
/// The coarsest level whose cells are kept.
pub const COARSEST: u8 = 2;
/// Every second level is kept: a cell of one between is made of four.
const STEP: usize = 2;
/// The most cells of a box. A larger one has larger cells, so that what an answer costs has a bound.
const MOST_CELLS: u64 = 2048;
/// How far from the equator the projection reaches, in degrees.
const MOST_LAT: f64 = 85.051_128;
/// Ten millionths of a degree, a centimetre: sums of whole numbers take back exactly what was added.
const E7: f64 = 1e7;

/// The levels whose cells are kept.
pub fn kept_levels() -> impl Iterator<Item = u8> {
    (COARSEST..=DEEPEST).step_by(STEP)
}

/// A cell: `x` counts from west to east, `y` from north to south.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    pub level: u8,
    pub x: u32,
    pub y: u32,
}

/// A place on the grid, in cells of one level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spot {
    x: f64,
    y: f64,
}

impl Spot {
    fn of(point: Point, level: u8) -> Self {
        let side = f64::from(side(level));
        let lat = point.lat.clamp(-MOST_LAT, MOST_LAT).to_radians();
        let y = (1.0 - lat.tan().asinh() / PI) / 2.0;
        Self { x: (point.lon + 180.0) / 360.0 * side, y: y * side }
    }

    #[must_use]
    pub fn distance(self, other: Self) -> f64 {
        (self.x - other.x).hypot(self.y - other.y)
    }

    /// The cell it lies in; what lies past the edge of the grid, in the last one.
    fn cell(self, level: u8) -> Cell {
        let most = side(level) - 1;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a float becomes the nearest number that fits")]
        let within = |number: f64| (number.floor() as u32).min(most);
        Cell { level, x: within(self.x), y: within(self.y) }
    }
}

const fn side(level: u8) -> u32 {
    1 << level
}

impl Cell {
    #[must_use]
    pub fn of(point: Point, level: u8) -> Self {
        Spot::of(point, level).cell(level)
    }

    /// The cell of a coarser level that holds this one.
    #[must_use]
    pub fn at(self, level: u8) -> Self {
        let by = self.level.saturating_sub(level);
        Self { level: self.level - by, x: self.x >> by, y: self.y >> by }
    }

    #[must_use]
    pub fn bounds(self) -> Bounds {
        let side = f64::from(side(self.level));
        let lon = |x: u32| f64::from(x) / side * 360.0 - 180.0;
        let lat = |y: u32| (PI * (1.0 - 2.0 * f64::from(y) / side)).sinh().atan().to_degrees();
        // The last rows hold what lies beyond them as well.
        let north = if self.y == 0 { 90.0 } else { lat(self.y) };
        let south = if f64::from(self.y) + 1.0 >= side { -90.0 } else { lat(self.y + 1) };
        Bounds { south, west: lon(self.x), north, east: lon(self.x + 1) }
    }

    /// The cells within so many steps, without this one.
    pub fn around(self, steps: u32) -> impl Iterator<Item = Self> {
        let most = side(self.level) - 1;
        let near = move |at: u32| at.saturating_sub(steps)..=(at + steps).min(most);
        near(self.y).flat_map(move |y| near(self.x).map(move |x| Self { x, y, ..self })).filter(move |cell| *cell != self)
    }

    /// Where the middle of its sightings lies.
    #[must_use]
    pub fn middle(self, tally: &Tally) -> Spot {
        Spot::of(tally.middle(), self.level)
    }
}

/// The cells of one level in a box: one or two blocks of them, two where it crosses the 180th meridian.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grid {
    pub level: u8,
    pub blocks: Vec<Block>,
}

/// Columns and rows of cells, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    pub x: (u32, u32),
    pub y: (u32, u32),
}

impl Grid {
    /// Of this level, or of the finest coarser one whose cells in the box are not too many.
    #[must_use]
    pub fn over(bounds: &Bounds, finest: u8) -> Self {
        let spans =
            if bounds.west <= bounds.east { vec![(bounds.west, bounds.east)] } else { vec![(bounds.west, 180.0), (-180.0, bounds.east)] };
        let block = |level: u8, (west, east): (f64, f64)| {
            let first = Cell::of(Point { lat: bounds.north, lon: west }, level);
            let last = Cell::of(Point { lat: bounds.south, lon: east }, level);
            Block { x: (first.x, last.x), y: (first.y, last.y) }
        };
        let at = |level| Self { level, blocks: spans.iter().map(|span| block(level, *span)).collect() };
        (COARSEST..=finest).rev().map(at).find(|grid| grid.cells() <= MOST_CELLS).unwrap_or_else(|| at(COARSEST))
    }

    fn cells(&self) -> u64 {
        let length = |(first, last): (u32, u32)| u64::from((last + 1).saturating_sub(first));
        self.blocks.iter().map(|block| length(block.x) * length(block.y)).sum()
    }

    /// The same places in cells of the next level that is kept.
    #[must_use]
    pub fn kept(&self) -> Self {
        let level = kept_levels().find(|level| *level >= self.level).unwrap_or(DEEPEST);
        let by = level - self.level;
        let finer = |(first, last): (u32, u32)| (first << by, ((last + 1) << by) - 1);
        Self { level, blocks: self.blocks.iter().map(|block| Block { x: finer(block.x), y: finer(block.y) }).collect() }
    }
}

/// What is known of the sightings in a cell without reading them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub total: i64,
    /// Sums of degrees, in ten millionths.
    pub lat_e7: i64,
    pub lon_e7: i64,
    /// The ids of all, one over the other by exclusive or: of a sighting alone, its id.
    pub ids: i64,
}

impl Tally {
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "degrees on the globe")]
    pub fn of(id: i64, point: Point) -> Self {
        Self { total: 1, lat_e7: (point.lat * E7).round() as i64, lon_e7: (point.lon * E7).round() as i64, ids: id }
    }

    pub fn add(&mut self, other: &Self) {
        self.total += other.total;
        self.lat_e7 += other.lat_e7;
        self.lon_e7 += other.lon_e7;
        self.ids ^= other.ids;
    }

    pub fn take(&mut self, other: &Self) {
        self.add(&Self { total: -other.total, lat_e7: -other.lat_e7, lon_e7: -other.lon_e7, ids: other.ids });
    }

    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a centimetre")]
    pub fn middle(&self) -> Point {
        let total = self.total.max(1) as f64;
        Point { lat: self.lat_e7 as f64 / total / E7, lon: self.lon_e7 as f64 / total / E7 }
    }

    /// The id of the one sighting, if it is one.
    #[must_use]
    pub fn alone(&self) -> Option<i64> {
        (self.total == 1).then_some(self.ids)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_in_the_cell_that_web_maps_number_so() {
        // The tiles of these zooms at the Brandenburg Gate, as tile servers number them.
        let gate = Point { lat: 52.516_27, lon: 13.377_7 };
        for (level, x, y) in [(0, 0, 0), (5, 17, 10), (10, 550, 335), (16, 35_203, 21_493)] {
            assert_eq!(Cell::of(gate, level), Cell { level, x, y });
            assert!(Cell::of(gate, level).bounds().contains(gate));
        }
    }

    #[test]
    fn every_place_is_in_a_cell_the_poles_and_the_edges_too() {
        for lat in [-90.0, -85.2, 0.0, 85.2, 90.0] {
            for lon in [-180.0, 0.0, 180.0] {
                for level in 0..=DEEPEST {
                    let (point, cell) = (Point { lat, lon }, Cell::of(Point { lat, lon }, level));
                    assert!(cell.bounds().contains(point), "{point:?} {cell:?} {:?}", cell.bounds());
                    assert_eq!(cell.at(0), Cell { level: 0, x: 0, y: 0 });
                }
            }
        }
    }

    #[test]
    fn a_box_has_a_bounded_number_of_cells_however_large_it_is() {
        let world = Bounds { south: -90.0, west: -180.0, north: 90.0, east: 180.0 };
        for zoom in 0..=DEEPEST {
            for grid in [Grid::over(&world, zoom), Grid::over(&Bounds { west: 170.0, east: -170.0, ..world }, zoom)] {
                assert!(grid.cells() <= MOST_CELLS && grid.kept().cells() <= 4 * MOST_CELLS, "{zoom} {grid:?}");
            }
        }
        let across = Grid::over(&Bounds { south: -18.0, west: 179.0, north: -17.0, east: -179.0 }, 10);
        assert_eq!((across.level, across.blocks.len()), (10, 2));
    }

    #[test]
    fn a_tally_takes_back_exactly_what_was_added() {
        let sightings =
            [(1, 52.516_27, 13.377_7), (-7, -33.9, 151.2), (i64::MAX, 0.1, 0.2)].map(|(id, lat, lon)| Tally::of(id, Point { lat, lon }));
        let mut tally = Tally::default();
        for one in &sightings {
            tally.add(one);
        }
        assert_eq!(tally.alone(), None);
        tally.take(&sightings[0]);
        tally.take(&sightings[2]);
        assert_eq!((tally.alone(), tally), (Some(-7), sightings[1]));
    }
}
