//! Where a location that people typed lies: which answers of a geocoder we believe, how alike two locations are, what we say.

use std::collections::BTreeSet;

use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::entries::Entry;
use super::geo::{Bounds, Point};
use super::invalid::Invalid;
use super::query::Query;
use super::text;

/// Two locations are alike where they share more than this part of their words.
pub const LEAST_LIKENESS: f64 = 0.5;

const GLOBE: Bounds = Bounds { south: -90.0, west: -180.0, north: 90.0, east: 180.0 };
const MAX_NAME: usize = 500;
const MAX_OSM_ID: usize = 64;
/// No location of today's bounds has more that tell anything; adopted ones may.
const MAX_WORDS: usize = 64;

/// A place a geocoder named: clean, bounded and on the globe.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    name: String,
    point: Point,
    osm_id: Option<String>,
}

impl Place {
    /// What a stranger's server says, or nothing where it has no name or lies off the globe.
    #[must_use]
    pub fn heard(name: &str, point: Point, osm_id: Option<&str>) -> Option<Self> {
        let bounded =
            |value: &str, max| Some(text::first(&text::collapse(&text::clean(value)), max).to_owned()).filter(|it| !it.is_empty());
        let osm_id = osm_id.and_then(|id| bounded(id, MAX_OSM_ID));
        // NaN lies in no range.
        GLOBE.contains(point).then_some(Self { name: bounded(name, MAX_NAME)?, point, osm_id })
    }

    /// Where a sighting lies, if that was looked up before.
    #[must_use]
    pub fn of(entry: &Entry) -> Option<Self> {
        Self::heard(entry.location_normalized.as_deref()?, entry.point()?, entry.location_osm_id.as_deref())
    }

    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    #[must_use]
    pub fn point(&self) -> Point {
        self.point
    }

    #[must_use]
    pub fn osm_id(&self) -> Option<&str> {
        self.osm_id.as_deref()
    }
}

/// A location as somebody typed it, and the place it turned out to be.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownPlace {
    pub location: String,
    pub place: Place,
}

/// The words of a location: runs of letters and digits in lower case, so that `Berlin,` is `berlin`. Not the keywords of
/// matching: house numbers count here, and so does every script.
#[must_use]
pub fn words(location: &str) -> BTreeSet<String> {
    let lower = location.to_lowercase();
    let runs = lower.split(|c: char| !c.is_alphanumeric()).filter(|run| !run.is_empty());
    runs.take(MAX_WORDS).map(str::to_owned).collect()
}

/// The known place whose location is most like this one (Jaccard of the words), the first of equals; nothing where none is
/// alike at all.
#[must_use]
pub fn most_alike(location: &str, known: Vec<KnownPlace>) -> Option<KnownPlace> {
    let own = words(location);
    let mut best = (LEAST_LIKENESS, None);
    for candidate in known {
        let likeness = jaccard(&own, &words(&candidate.location));
        if likeness > best.0 {
            best = (likeness, Some(candidate));
        }
    }
    best.1
}

#[expect(clippy::cast_precision_loss, reason = "a location has fewer words than 2^52")]
fn jaccard(a: &BTreeSet<String>, b: &BTreeSet<String>) -> f64 {
    let shared = a.intersection(b).count();
    let all = a.len() + b.len() - shared;
    if all == 0 { 0.0 } else { shared as f64 / all as f64 }
}

/// How a location is to be looked up.
#[derive(Debug, Clone, Copy, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LookupQuery {
    /// Whether one that was looked up before is looked up again.
    #[param(required = false, default = false)]
    pub force: bool,
}

impl LookupQuery {
    pub fn read(query: &Query<'_>, invalid: &mut Invalid) -> Self {
        Self { force: query.flag("force", invalid).unwrap_or(false) }
    }
}

/// How the lookup of a sighting's location ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Lookup {
    Success(Place),
    AlreadyNormalized(Place),
    NoLocation,
    NotFound,
    /// Why, in a sentence for people.
    Error(String),
    /// The geocoder is resting. A guess for the reader's eyes: it is not stored, for a stored guess would pass as looked up
    /// (`already_normalized`), move match scores, and be guessed from in turn.
    Fallback(KnownPlace),
}

impl Lookup {
    /// How a lookup ends that needs no geocoder; none where one has to be asked. `force` asks again for what is known.
    #[must_use]
    pub fn without_asking(entry: &Entry, force: bool) -> Option<Self> {
        if entry.location.as_deref().map(text::trim).unwrap_or_default().is_empty() {
            return Some(Self::NoLocation);
        }
        Place::of(entry).filter(|_| !force).map(Self::AlreadyNormalized)
    }
}

/// How a lookup ended. A `fallback` is a guess from what is known here, made while the geocoder rests; it is not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LookupStatus {
    Success,
    AlreadyNormalized,
    NoLocation,
    NotFound,
    Error,
    Fallback,
}

/// The answer to a lookup.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct LocationNormalizationResult {
    pub entry_id: i64,
    pub original_location: String,
    pub normalized_location: Option<String>,
    pub latitude: Option<f64>,
    pub longitude: Option<f64>,
    pub osm_id: Option<String>,
    pub status: LookupStatus,
    /// What there is to say, in a sentence.
    pub message: Option<String>,
}

impl LocationNormalizationResult {
    #[must_use]
    pub fn new(entry_id: i64, location: Option<String>, lookup: Lookup) -> Self {
        let said = |sentence: &str| Some(sentence.to_owned());
        let (status, place, message) = match lookup {
            Lookup::Success(place) => (LookupStatus::Success, Some(place), None),
            Lookup::AlreadyNormalized(place) => {
                let message = said("This location was looked up before. Ask with force=true to look it up again.");
                (LookupStatus::AlreadyNormalized, Some(place), message)
            }
            Lookup::NoLocation => (LookupStatus::NoLocation, None, said("This sighting has no location to look up.")),
            Lookup::NotFound => {
                let message = said("The geocoder knows no such place. A street with its city is found most easily.");
                (LookupStatus::NotFound, None, message)
            }
            Lookup::Error(why) => (LookupStatus::Error, None, Some(why)),
            Lookup::Fallback(KnownPlace { location, place }) => {
                let message = format!(
                    "The geocoder is taking a rest after failures. The most similar place known here is {location}; it was not stored. \
                     Please try again in a minute."
                );
                (LookupStatus::Fallback, Some(place), Some(message))
            }
        };
        Self {
            entry_id,
            original_location: location.unwrap_or_default(),
            latitude: place.as_ref().map(|place| place.point.lat),
            longitude: place.as_ref().map(|place| place.point.lon),
            osm_id: place.as_ref().and_then(|place| place.osm_id.clone()),
            normalized_location: place.map(|place| place.name),
            status,
            message,
        }
    }
}

/// Whether calls to the geocoder go through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CircuitState {
    Closed,
    Open,
    /// The rest is over: a few trial calls decide.
    HalfOpen,
    /// There is no geocoder.
    Off,
}

/// What that means for a lookup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GeocodingStatus {
    Healthy,
    Degraded,
    Unavailable,
    Off,
}

/// How the geocoder is doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct GeocodingHealthResponse {
    pub service: &'static str,
    pub circuit_state: CircuitState,
    /// Failed calls in a row.
    pub failure_count: u32,
    /// When a call failed last, RFC 3339.
    pub last_failure: Option<String>,
    pub status: GeocodingStatus,
}

impl GeocodingHealthResponse {
    #[must_use]
    pub fn new(circuit_state: CircuitState, failure_count: u32, last_failure: Option<String>) -> Self {
        let status = match circuit_state {
            CircuitState::Closed => GeocodingStatus::Healthy,
            CircuitState::HalfOpen => GeocodingStatus::Degraded,
            CircuitState::Open => GeocodingStatus::Unavailable,
            CircuitState::Off => GeocodingStatus::Off,
        };
        Self { service: "nominatim", circuit_state, failure_count, last_failure, status }
    }

    /// No geocoder was named.
    #[must_use]
    pub fn off() -> Self {
        Self::new(CircuitState::Off, 0, None)
    }
}
