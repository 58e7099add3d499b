//! Sightings within a radius of a point, and the groups they may form.

use crate::domain::areas::{AreaAnswer, AreaQuery, AreaSighting, GroupsQuery, MAX_SHOWN};
use crate::domain::geo::Point;
use crate::domain::grouping::{MAX_COMPARED, Note, SuggestedGroup, SuggestedGroupings, clusters, describe};
use crate::domain::text;

use super::Session;
use super::error::Result;
use super::place_index;

pub(crate) const POINTS_AROUND: &str = "SELECT e.id, e.location_lat, e.location_lon, e.cat_id
    FROM entry_places AS p CROSS JOIN entries AS e ON e.id = p.entry_id
    WHERE p.max_lat >= ?1 AND p.min_lat <= ?2 AND p.max_lon >= ?3 AND p.min_lon <= ?4";
pub(crate) const SIGHTING: &str =
    "SELECT e.id, e.text, e.location, e.location_normalized, e.location_lat, e.location_lon, e.cat_id, c.name, e.createdAt
    FROM entries AS e LEFT JOIN cats AS c ON c.id = e.cat_id WHERE e.id = ?1";
pub(crate) const NOTE: &str = "SELECT text, nickname FROM entries WHERE id = ?1";

/// The sightings within a radius, newest first: [`MAX_SHOWN`] of them at most, and how many there are.
pub fn by_area(session: &Session, query: &AreaQuery) -> Result<AreaAnswer> {
    let mut found = within(session, query.center, query.radius_m)?;
    found.retain(|spot| query.include_assigned || !spot.assigned);
    let unassigned_count = found.iter().filter(|spot| !spot.assigned).count();
    let older = found.partition_point(|spot| query.before.is_some_and(|before| spot.id >= before));
    let shown = found[older..].iter().take(MAX_SHOWN);
    let next = (found.len() - older > MAX_SHOWN).then(|| found[older + MAX_SHOWN - 1].id);
    Ok(AreaAnswer {
        center_lat: query.center.lat,
        center_lon: query.center.lon,
        radius_meters: query.radius_m,
        total_count: found.len(),
        unassigned_count,
        sightings: shown.map(|spot| sighting(session, spot.id)).collect::<Result<_>>()?,
        next,
    })
}

fn sighting(session: &Session, id: i64) -> Result<AreaSighting> {
    session.the(SIGHTING, [id], |row| {
        Ok(AreaSighting {
            entry_id: row.get(0)?,
            text_preview: text::preview(row.get_ref(1)?.as_str()?),
            location: row.get(2)?,
            location_normalized: row.get(3)?,
            latitude: row.get(4)?,
            longitude: row.get(5)?,
            cat_id: row.get(6)?,
            cat_name: row.get(7)?,
            created_at: row.get(8)?,
        })
    })
}

/// The groups that sightings without a cat form within a radius, most plausible first.
pub fn suggested_groups(session: &Session, query: &GroupsQuery) -> Result<SuggestedGroupings> {
    let mut found = within(session, query.center, query.radius_m)?;
    found.retain(|spot| !spot.assigned);
    let points: Vec<Point> = found.iter().map(|spot| spot.point).collect();
    let cluster_radius_m = f64::from(query.cluster_radius_m);
    let kept = clusters(&points, cluster_radius_m).into_iter().filter(|members| members.len() >= query.min_sightings);
    let mut groups = Vec::new();
    for (group_id, members) in kept.enumerate() {
        let members: Vec<(i64, Point)> = members.into_iter().map(|index| (found[index].id, found[index].point)).collect();
        let notes = members.iter().take(MAX_COMPARED).map(|&(id, _)| note(session, id)).collect::<Result<Vec<_>>>()?;
        groups.push(describe(group_id, &members, &notes, cluster_radius_m));
    }
    groups.sort_by(|one: &SuggestedGroup, other| other.confidence.total_cmp(&one.confidence));
    Ok(SuggestedGroupings {
        area_center_lat: query.center.lat,
        area_center_lon: query.center.lon,
        area_radius_meters: query.radius_m,
        total_unassigned: found.len(),
        groups,
    })
}

fn note(session: &Session, id: i64) -> Result<Note> {
    session.the(NOTE, [id], |row| Ok(Note { text: row.get(0)?, nickname: row.get(1)? }))
}

struct Spot {
    id: i64,
    point: Point,
    assigned: bool,
}

/// All sightings within a radius, newest first.
fn within(session: &Session, center: Point, radius_m: u32) -> Result<Vec<Spot>> {
    let radius_m = f64::from(radius_m);
    let mut found = place_index::around(session, POINTS_AROUND, center, radius_m, |row| {
        let point = Point { lat: row.get(1)?, lon: row.get(2)? };
        Ok(Spot { id: row.get(0)?, point, assigned: row.get::<_, Option<i64>>(3)?.is_some() })
    })?;
    found.retain(|spot| center.distance_m(spot.point) <= radius_m);
    found.sort_unstable_by_key(|spot| std::cmp::Reverse(spot.id));
    Ok(found)
}
