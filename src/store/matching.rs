//! Sightings that may show the same cat as a given one, and those close to it.

use rusqlite::Row;

use crate::domain::geo::Point;
use crate::domain::matching::{Closest, MatchCandidate, NearbySighting, REACH_M, Ranking, Traits, score_by_distance, shown};
use crate::domain::rounding::round_to;
use crate::domain::text;

use super::Session;
use super::error::Result;
use super::{keyword_search, place_index};

pub(crate) const TRAITS: &str = "SELECT text, location, location_lat, location_lon FROM entries WHERE id = ?1";
pub(crate) const NEWEST: &str = "SELECT id FROM entries WHERE id <= ?1 ORDER BY id DESC LIMIT ?2";
pub(crate) const CANDIDATE: &str = "SELECT text, location, location_lat, location_lon, nickname, createdAt FROM entries WHERE id = ?1";
pub(crate) const SPOT: &str = "SELECT location_lat, location_lon, cat_id IS NOT NULL FROM entries WHERE id = ?1";
pub(crate) const NEIGHBOUR: &str =
    "SELECT e.text, e.location, e.location_lat, e.location_lon, e.location_normalized, e.cat_id, c.name, e.createdAt
    FROM entries AS e LEFT JOIN cats AS c ON c.id = e.cat_id WHERE e.id = ?1";

/// The `top_k` sightings that match one best and score at least `min_score`: best first, newest first among equals.
/// None if there is no such sighting.
pub fn matches(session: &Session, id: i64, top_k: u8, min_score: f64) -> Result<Option<Vec<MatchCandidate>>> {
    let Some(me) = session.one(TRAITS, [id], traits)? else { return Ok(None) };
    let mut near = me.point.map_or(Ok(Vec::new()), |center| place_index::near(session, center, REACH_M))?;
    near.retain(|near| near.id != id);
    let mut ranking = Ranking::new(top_k, min_score);
    // What the closest score by place alone sets the bar before a word is read.
    let mut by_place: Vec<f64> = near.iter().map(|near| score_by_distance(0.0, near.most_m)).collect();
    by_place.sort_unstable_by(|one, other| other.total_cmp(one));
    ranking.expect(&by_place);
    keyword_search::offer_all(session, id, &me, &near, &mut ranking)?;
    if ranking.takes_strangers() {
        for newest in session.all(NEWEST, (i64::MAX, 2 * i64::from(top_k) + 1), |row| row.get(0))? {
            if newest != id && !ranking.holds(newest) {
                ranking.offer(newest, 0.0);
            }
        }
    }
    let best = ranking.into_best().into_iter();
    best.map(|(score, candidate)| describe(session, id, &me, score, candidate)).collect::<Result<_>>().map(Some)
}

fn describe(session: &Session, id: i64, me: &Traits, score: f64, candidate: i64) -> Result<MatchCandidate> {
    session.the(CANDIDATE, [candidate], |row| {
        Ok(MatchCandidate {
            entry_id: id,
            candidate_id: candidate,
            score,
            reasons: me.reasons(&traits(row)?),
            candidate_nickname: row.get(4)?,
            candidate_location: row.get(1)?,
            candidate_text: row.get(0)?,
            candidate_created_at: row.get(5)?,
        })
    })
}

/// The answer to `nearby`.
#[derive(Debug, Clone, PartialEq)]
pub enum Nearby {
    NoSuchEntry,
    NoCoordinates,
    Found(Vec<NearbySighting>),
}

/// The `top_k` sightings closest to one within `radius_m`: closest first, newest first among equals.
pub fn nearby(session: &Session, id: i64, radius_m: u32, top_k: u8, include_assigned: bool) -> Result<Nearby> {
    let Some(me) = session.one(TRAITS, [id], traits)? else { return Ok(Nearby::NoSuchEntry) };
    let Some(center) = me.point else { return Ok(Nearby::NoCoordinates) };
    let radius_m = f64::from(radius_m);
    let mut closest = Closest::new(top_k, radius_m);
    let mut near = place_index::near(session, center, radius_m)?;
    near.sort_unstable_by(|one, other| one.least_m.total_cmp(&other.least_m));
    for near in near {
        if near.least_m > closest.reach_m() {
            break;
        }
        let spot = |row: &Row<'_>| Ok((Point { lat: row.get(0)?, lon: row.get(1)? }, row.get::<_, bool>(2)?));
        let (point, is_assigned) = session.the(SPOT, [near.id], spot)?;
        if near.id != id && (include_assigned || !is_assigned) {
            closest.offer(near.id, center.distance_m(point));
        }
    }
    closest.into_ids().into_iter().map(|other| neighbour(session, &me, other)).collect::<Result<_>>().map(Nearby::Found)
}

fn neighbour(session: &Session, me: &Traits, id: i64) -> Result<NearbySighting> {
    session.the(NEIGHBOUR, [id], |row| {
        let other = traits(row)?;
        Ok(NearbySighting {
            entry_id: id,
            distance_meters: round_to(me.distance_m(&other).unwrap_or_default(), 1),
            location: row.get(1)?,
            location_normalized: row.get(4)?,
            text_preview: text::preview(row.get_ref(0)?.as_str()?),
            cat_id: row.get(5)?,
            cat_name: row.get(6)?,
            created_at: row.get(7)?,
            match_score: shown(me.score(&other)),
            reasons: me.reasons(&other),
        })
    })
}

/// Where a stored sighting that has coordinates is.
pub(super) fn point_of(session: &Session, id: i64) -> Result<Point> {
    session.the(SPOT, [id], |row| Ok(Point { lat: row.get(0)?, lon: row.get(1)? }))
}

/// What a stored sighting is compared by.
pub(super) fn traits_of(session: &Session, id: i64) -> Result<Traits> {
    session.the(TRAITS, [id], traits)
}

/// Reads columns that begin with `text, location, location_lat, location_lon`.
fn traits(row: &Row<'_>) -> rusqlite::Result<Traits> {
    Ok(Traits::of(row.get_ref(0)?.as_str()?, row.get_ref(1)?.as_str_or_null()?, Point::of(row.get(2)?, row.get(3)?)))
}
