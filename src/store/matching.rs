//! Sightings that may show the same cat as a given one, and those near it.

use rusqlite::Row;

use crate::domain::geo::{EARTH_RADIUS_M, Point};
use crate::domain::matching::{MatchCandidate, NearbySighting, REACH_M, Ranking, Traits, closest, score_by_distance};
use crate::domain::rounding::round_to;
use crate::domain::text;

use super::Session;
use super::error::Result;
use super::keyword_search::{self, Near};
use super::place_index;

pub(crate) const TRAITS: &str = "SELECT id, text, location, location_lat, location_lon FROM entries WHERE id = ?1";
pub(crate) const PLACES_AROUND: &str = "SELECT entry_id, min_lat, max_lat, min_lon, max_lon FROM entry_places
    WHERE max_lat >= ?1 AND min_lat <= ?2 AND max_lon >= ?3 AND min_lon <= ?4";
pub(crate) const NEWEST: &str = "SELECT id FROM entries ORDER BY id DESC LIMIT ?1";
pub(crate) const CANDIDATE: &str = "SELECT id, text, location, location_lat, location_lon, nickname, createdAt FROM entries WHERE id = ?1";
pub(crate) const POINTS_AROUND: &str = "SELECT e.id, e.location_lat, e.location_lon, e.cat_id
    FROM entry_places AS p CROSS JOIN entries AS e ON e.id = p.entry_id
    WHERE p.max_lat >= ?1 AND p.min_lat <= ?2 AND p.max_lon >= ?3 AND p.min_lon <= ?4";
pub(crate) const NEIGHBOUR: &str = "SELECT e.id, e.text, e.location, e.location_lat, e.location_lon,
    e.location_normalized, e.cat_id, c.name, e.createdAt
    FROM entries AS e LEFT JOIN cats AS c ON c.id = e.cat_id WHERE e.id = ?1";

/// The answer to `nearby`.
#[derive(Debug, Clone, PartialEq)]
pub enum Nearby {
    NoSuchEntry,
    NoCoordinates,
    Found(Vec<NearbySighting>),
}

/// The `top_k` sightings most likely to show the same cat, best first, newest first among equals. None if there is no such entry.
pub fn matches(session: &Session, id: i64, top_k: u8, min_score: f64) -> Result<Option<Vec<MatchCandidate>>> {
    let Some(me) = session.one(TRAITS, [id], traits)? else { return Ok(None) };
    let near = near(session, &me)?;
    let mut ranking = Ranking::new(usize::from(top_k), min_score);
    let mut most_m: Vec<f64> = near.iter().filter(|near| near.id != id).map(|near| near.most_m).collect();
    most_m.sort_unstable_by(f64::total_cmp);
    if let Some(last) = most_m.get(usize::from(top_k) - 1) {
        ranking.expect(score_by_distance(0.0, *last));
    }
    keyword_search::offer_all(session, id, &me, &near, &mut ranking)?;
    if ranking.takes_strangers() {
        for stranger in session.all(NEWEST, [2 * u16::from(top_k) + 1], |row| row.get(0))? {
            if stranger != id && !ranking.holds(stranger) {
                ranking.offer(stranger, 0.0);
            }
        }
    }
    ranking.into_best().into_iter().map(|(score, candidate)| describe(session, id, &me, score, candidate)).collect::<Result<_>>().map(Some)
}

/// Who is in reach of a sighting, by id. The index knows places to a metre or two.
fn near(session: &Session, me: &Traits) -> Result<Vec<Near>> {
    let Some(center) = me.point else { return Ok(Vec::new()) };
    let mut near = place_index::around(session, PLACES_AROUND, center, REACH_M, |row| {
        let [south, north, west, east] = [row.get::<_, f64>(1)?, row.get(2)?, row.get(3)?, row.get(4)?];
        let middle = Point { lat: f64::midpoint(south, north), lon: f64::midpoint(west, east) };
        let blur_m = (north - south + east - west).to_radians() * EARTH_RADIUS_M + 0.001;
        Ok(Near { id: row.get(0)?, least_m: (center.distance_m(middle) - blur_m).max(0.0), most_m: center.distance_m(middle) + blur_m })
    })?;
    near.sort_unstable_by_key(|near| near.id);
    Ok(near)
}

/// What a stored sighting is compared by.
pub(super) fn traits_of(session: &Session, id: i64) -> Result<Traits> {
    session.the(TRAITS, [id], traits)
}

fn describe(session: &Session, id: i64, me: &Traits, score: f64, candidate: i64) -> Result<MatchCandidate> {
    session.the(CANDIDATE, [candidate], |row| {
        Ok(MatchCandidate {
            entry_id: id,
            candidate_id: candidate,
            score,
            reasons: me.reasons(&traits(row)?),
            candidate_nickname: row.get(5)?,
            candidate_location: row.get(2)?,
            candidate_text: row.get(1)?,
            candidate_created_at: row.get(6)?,
        })
    })
}

/// The `top_k` sightings within `radius_m`, closest first, newest first among equals.
pub fn nearby(session: &Session, id: i64, radius_m: u32, top_k: u8, include_assigned: bool) -> Result<Nearby> {
    let Some(me) = session.one(TRAITS, [id], traits)? else { return Ok(Nearby::NoSuchEntry) };
    let Some(center) = me.point else { return Ok(Nearby::NoCoordinates) };
    let radius_m = f64::from(radius_m);
    let found = place_index::around(session, POINTS_AROUND, center, radius_m, |row| {
        let other = Point { lat: row.get(1)?, lon: row.get(2)? };
        Ok((center.distance_m(other), row.get::<_, i64>(0)?, row.get::<_, Option<i64>>(3)?.is_some()))
    })?;
    let within = found.into_iter().filter(|&(distance_m, other, assigned)| other != id && distance_m <= radius_m && (include_assigned || !assigned));
    let closest = closest(within.map(|(distance_m, other, _)| (distance_m, other)).collect(), usize::from(top_k));
    closest.into_iter().map(|(distance_m, other)| neighbour(session, &me, distance_m, other)).collect::<Result<_>>().map(Nearby::Found)
}

fn neighbour(session: &Session, me: &Traits, distance_m: f64, other: i64) -> Result<NearbySighting> {
    session.the(NEIGHBOUR, [other], |row| {
        let traits = traits(row)?;
        Ok(NearbySighting {
            entry_id: other,
            distance_meters: round_to(distance_m, 1),
            location: row.get(2)?,
            location_normalized: row.get(5)?,
            text_preview: text::preview(row.get_ref(1)?.as_str()?),
            cat_id: row.get(6)?,
            cat_name: row.get(7)?,
            created_at: row.get(8)?,
            match_score: crate::domain::matching::shown(me.score(&traits)),
            reasons: me.reasons(&traits),
        })
    })
}

/// What a sighting is compared by, from columns that begin with `id, text, location, location_lat, location_lon`.
fn traits(row: &Row<'_>) -> rusqlite::Result<Traits> {
    let location = row.get_ref(2)?.as_str_or_null()?;
    Ok(Traits::of(row.get_ref(1)?.as_str()?, location, Point::of(row.get(3)?, row.get(4)?)))
}
