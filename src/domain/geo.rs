//! Places on a sphere.

use utoipa::IntoParams;

use super::invalid::Invalid;
use super::query::Query;

/// Mean radius of the earth in metres, as the predecessor has it.
pub const EARTH_RADIUS_M: f64 = 6_371_000.0;

/// Latitude and longitude in degrees.
#[derive(Debug, Clone, Copy, PartialEq, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Point {
    /// Degrees north.
    #[param(minimum = -90, maximum = 90)]
    pub lat: f64,
    /// Degrees east.
    #[param(minimum = -180, maximum = 180)]
    pub lon: f64,
}

/// A box in degrees, both ends included. Where west is east of east, it crosses the 180th meridian.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    pub south: f64,
    pub west: f64,
    pub north: f64,
    pub east: f64,
}

impl Bounds {
    /// The smallest box that holds both, neither of which crosses the 180th meridian.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self {
            south: self.south.min(other.south),
            west: self.west.min(other.west),
            north: self.north.max(other.north),
            east: self.east.max(other.east),
        }
    }

    #[must_use]
    pub fn contains(&self, point: Point) -> bool {
        let is_between = if self.west <= self.east {
            (self.west..=self.east).contains(&point.lon)
        } else {
            point.lon >= self.west || point.lon <= self.east
        };
        (self.south..=self.north).contains(&point.lat) && is_between
    }
}

impl Point {
    /// `lat` and `lon` of a query, both required.
    pub fn read(query: &Query<'_>, invalid: &mut Invalid) -> Self {
        let lat = query.float("lat", -90.0..=90.0, None, invalid);
        Self { lat, lon: query.float("lon", -180.0..=180.0, None, invalid) }
    }

    #[must_use]
    pub fn of(lat: Option<f64>, lon: Option<f64>) -> Option<Self> {
        Some(Self { lat: lat?, lon: lon? })
    }

    /// Great-circle distance in metres (haversine).
    #[must_use]
    pub fn distance_m(self, other: Self) -> f64 {
        let (lat1, lon1, lat2, lon2) = (self.lat.to_radians(), self.lon.to_radians(), other.lat.to_radians(), other.lon.to_radians());
        let half_lat = ((lat2 - lat1) / 2.0).sin();
        let half_lon = ((lon2 - lon1) / 2.0).sin();
        let a = half_lat * half_lat + lat1.cos() * lat2.cos() * (half_lon * half_lon);
        2.0 * EARTH_RADIUS_M * a.sqrt().min(1.0).asin()
    }

    /// The same place in the usual range, which adopted coordinates may be out of. None if they are not finite.
    #[must_use]
    pub fn on_the_globe(self) -> Option<Self> {
        if self.lat.abs() <= 90.0 && self.lon.abs() <= 180.0 {
            return Some(self);
        }
        let [x, y, z] = self.cartesian_m();
        let wrapped = Self { lat: z.atan2(x.hypot(y)).to_degrees(), lon: y.atan2(x).to_degrees() };
        wrapped.lat.is_finite().then_some(wrapped)
    }

    /// One or two boxes that hold every point within `radius_m`: two where the circle crosses the 180th meridian.
    /// None if this is no place on the globe.
    #[must_use]
    pub fn around(self, radius_m: f64) -> Vec<Bounds> {
        let Some(Self { lat, lon }) = self.on_the_globe() else { return Vec::new() };
        // A little more than the radius: the boxes may hold too much, never too little.
        let angle = radius_m / EARTH_RADIUS_M * 1.000_001 + 1e-9;
        let (south, north) = (lat - angle.to_degrees(), lat + angle.to_degrees());
        let whole = |west, east| Bounds { south, west, north, east };
        if south <= -90.0 || north >= 90.0 {
            return vec![whole(-180.0, 180.0)];
        }
        let half = (angle.sin() / lat.to_radians().cos()).min(1.0).asin().to_degrees() + 1e-9;
        let (west, east) = (lon - half, lon + half);
        if west <= -180.0 {
            vec![whole(west + 360.0, 180.0), whole(-180.0, east)]
        } else if east >= 180.0 {
            vec![whole(west, 180.0), whole(-180.0, east - 360.0)]
        } else {
            vec![whole(west, east)]
        }
    }

    /// Metres from the earth's centre along three axes. A straight line is never longer than the way along the ground,
    /// so points within a distance are within it here too, without an edge at the poles or at 180 degrees.
    #[must_use]
    pub fn cartesian_m(self) -> [f64; 3] {
        let (lat, lon) = (self.lat.to_radians(), self.lon.to_radians());
        [lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()].map(|x| x * EARTH_RADIUS_M)
    }
}
