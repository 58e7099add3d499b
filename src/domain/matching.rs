//! How likely two sightings show the same cat, by what was written and where it was.

use std::cmp::Reverse;

use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::geo::Point;
use super::invalid::Invalid;
use super::keywords::KeywordSet;
use super::query::Query;
use super::rounding::round_to;

/// Beyond this distance a place says nothing.
pub const REACH_M: f64 = 1000.0;
/// Decimals of a score that is shown.
const DECIMALS: usize = 3;
/// How many common words a reason names.
const NAMED: usize = 5;

/// How many likely sightings to show, and how likely.
#[derive(Debug, Clone, Copy, PartialEq, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MatchQuery {
    /// How many at most.
    #[param(required = false, default = 5, minimum = 1, maximum = 20)]
    pub top_k: u8,
    /// What a score must be at least, before it is rounded.
    #[param(required = false, default = 0.15, minimum = 0, maximum = 1)]
    pub min_score: f64,
}

impl MatchQuery {
    pub fn read(query: &Query<'_>, invalid: &mut Invalid) -> Self {
        let top_k = query.int("top_k", 1..=20, 5, invalid);
        Self { top_k, min_score: query.float("min_score", 0.0..=1.0, Some(0.15), invalid) }
    }
}

/// How many close sightings to show, and how close.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct NearbyQuery {
    /// How far away at most, in metres.
    #[param(rename = "radius_meters", required = false, default = 500, minimum = 1, maximum = 5000)]
    pub radius_m: u32,
    /// How many at most.
    #[param(required = false, default = 10, minimum = 1, maximum = 50)]
    pub top_k: u8,
    /// Whether sightings that belong to a cat are shown as well.
    #[param(required = false, default = true)]
    pub include_assigned: bool,
}

impl NearbyQuery {
    pub fn read(query: &Query<'_>, invalid: &mut Invalid) -> Self {
        Self {
            radius_m: query.int("radius_meters", 1..=5000, 500, invalid),
            top_k: query.int("top_k", 1..=50, 10, invalid),
            include_assigned: query.flag("include_assigned", invalid).unwrap_or(true),
        }
    }
}

/// A sighting that may show the same cat as `entry_id`.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct MatchCandidate {
    pub entry_id: i64,
    pub candidate_id: i64,
    /// 0 to 1, three decimals.
    pub score: f64,
    pub reasons: Vec<String>,
    pub candidate_nickname: Option<String>,
    pub candidate_location: Option<String>,
    pub candidate_text: String,
    #[serde(rename = "candidate_createdAt")]
    pub candidate_created_at: String,
}

/// A sighting close to another one.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct NearbySighting {
    pub entry_id: i64,
    /// To 0.1 m.
    pub distance_meters: f64,
    pub location: Option<String>,
    pub location_normalized: Option<String>,
    /// The first 100 characters of the note, with three dots if there is more.
    pub text_preview: String,
    pub cat_id: Option<i64>,
    pub cat_name: Option<String>,
    pub created_at: String,
    /// 0 to 1, three decimals.
    pub match_score: f64,
    pub reasons: Vec<String>,
}

/// What a sighting is compared by.
#[derive(Debug, Clone)]
pub struct Traits {
    pub text: KeywordSet,
    pub location: KeywordSet,
    pub point: Option<Point>,
}

impl Traits {
    #[must_use]
    pub fn of(text: &str, location: Option<&str>, point: Option<Point>) -> Self {
        Self { text: KeywordSet::of(text), location: location.map(KeywordSet::of).unwrap_or_default(), point }
    }

    /// Metres between two sightings that both have coordinates.
    #[must_use]
    pub fn distance_m(&self, other: &Self) -> Option<f64> {
        Some(self.point?.distance_m(other.point?))
    }

    /// The score of two sightings, not rounded: from 0 to 1, the same both ways.
    #[must_use]
    pub fn score(&self, other: &Self) -> f64 {
        let text = self.text.jaccard(&other.text);
        match self.distance_m(other) {
            Some(distance_m) => score_by_distance(text, distance_m),
            None => score_by_words(text, self.location.jaccard(&other.location)),
        }
    }

    /// A sentence for every term that counted; one that says so if none did.
    #[must_use]
    pub fn reasons(&self, other: &Self) -> Vec<String> {
        let described = shared("Described alike", &self.text, &other.text);
        let place = match self.distance_m(other) {
            Some(distance_m) => (distance_m < REACH_M).then(|| format!("Seen {distance_m:.0} m apart")),
            None => shared("Places named alike", &self.location, &other.location),
        };
        let reasons: Vec<String> = described.into_iter().chain(place).collect();
        if reasons.is_empty() { vec!["Nothing known in common".to_owned()] } else { reasons }
    }
}

fn shared(what: &str, one: &KeywordSet, other: &KeywordSet) -> Option<String> {
    let common: Vec<&str> = one.common(other).collect();
    let more = if common.len() > NAMED { ", ..." } else { "" };
    (!common.is_empty()).then(|| format!("{what}: {}{more}", common[..common.len().min(NAMED)].join(", ")))
}

/// The score of two sightings that both have coordinates; `text` is the Jaccard similarity of their texts.
#[must_use]
pub fn score_by_distance(text: f64, distance_m: f64) -> f64 {
    0.5 * text + 0.5 * (1.0 - distance_m / REACH_M).max(0.0)
}

/// The score of two sightings of which one has no coordinates, by the Jaccard similarities of their texts and of their locations.
#[must_use]
pub fn score_by_words(text: f64, location: f64) -> f64 {
    0.7 * text + 0.3 * location
}

/// A score as it is shown.
#[must_use]
pub fn shown(score: f64) -> f64 {
    round_to(score, DECIMALS)
}

/// The best of the sightings met so far: highest shown score first, newest first among equals.
#[derive(Debug)]
pub struct Ranking {
    size: usize,
    min_score: f64,
    /// What the last of a full ranking is known to score at least, in the end.
    expected: f64,
    best: Vec<(f64, i64)>,
}

impl Ranking {
    /// Keeps the best `size` of those that score at least `min_score` before rounding.
    #[must_use]
    pub fn new(size: u8, min_score: f64) -> Self {
        Self { size: usize::from(size).max(1), min_score, expected: 0.0, best: Vec::new() }
    }

    /// Raises the bar by what sightings that are still to be offered score at least, the highest first.
    pub fn expect(&mut self, scores: &[f64]) {
        self.expected = scores.get(self.size - 1).map_or(0.0, |last| shown(*last));
    }

    /// What scores less than this does not get in any more. What scores more may still not.
    #[must_use]
    pub fn bar(&self) -> f64 {
        let last = if self.best.len() == self.size { self.best[self.size - 1].0 } else { 0.0 };
        // Half a step of rounding less, and a little for decimal fractions that are no exact doubles.
        (last.max(self.expected) - 0.000_500_1).max(self.min_score)
    }

    pub fn offer(&mut self, id: i64, score: f64) {
        if score < self.bar() {
            return;
        }
        let score = shown(score);
        let at = self.best.partition_point(|&(other, other_id)| (other, other_id) > (score, id));
        self.best.insert(at, (score, id));
        self.best.truncate(self.size);
    }

    /// Whether a sighting that has nothing in common could get in.
    #[must_use]
    pub fn takes_strangers(&self) -> bool {
        self.bar() <= 0.0
    }

    #[must_use]
    pub fn holds(&self, id: i64) -> bool {
        self.best.iter().any(|&(_, other)| other == id)
    }

    /// Shown scores and ids, best first.
    #[must_use]
    pub fn into_best(self) -> Vec<(f64, i64)> {
        self.best
    }
}

/// The closest of the sightings met so far: shortest shown distance first, newest first among equals.
#[derive(Debug)]
pub struct Closest {
    size: usize,
    radius_m: f64,
    best: Vec<(f64, i64)>,
}

impl Closest {
    /// Keeps the closest `size` of those within `radius_m` before rounding.
    #[must_use]
    pub fn new(size: u8, radius_m: f64) -> Self {
        Self { size: usize::from(size).max(1), radius_m, best: Vec::new() }
    }

    /// What is farther away than this does not get in any more. What is closer may still not.
    #[must_use]
    pub fn reach_m(&self) -> f64 {
        let last_m = if self.best.len() == self.size { self.best[self.size - 1].0 + 0.051 } else { f64::INFINITY };
        last_m.min(self.radius_m)
    }

    pub fn offer(&mut self, id: i64, distance_m: f64) {
        if distance_m > self.reach_m() {
            return;
        }
        let distance_m = round_to(distance_m, 1);
        let at = self.best.partition_point(|&(other, other_id)| (other, Reverse(other_id)) < (distance_m, Reverse(id)));
        self.best.insert(at, (distance_m, id));
        self.best.truncate(self.size);
    }

    /// Closest first.
    #[must_use]
    pub fn into_ids(self) -> Vec<i64> {
        self.best.into_iter().map(|(_, id)| id).collect()
    }
}
