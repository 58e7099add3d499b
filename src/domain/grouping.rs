//! Groups: sightings without a cat that are so close together that they may be of one.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::geo::Point;
use super::keywords::{self, jaccard};
use super::rounding::round_to;

/// How many of a group's newest sightings have their texts compared, every one with every other.
pub const MAX_COMPARED: usize = 200;

/// The groups found in an area, most plausible first.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SuggestedGroupings {
    pub area_center_lat: f64,
    pub area_center_lon: f64,
    pub area_radius_meters: u32,
    /// How many sightings were considered.
    pub total_unassigned: usize,
    pub groups: Vec<SuggestedGroup>,
}

/// Sightings that may be of one cat.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SuggestedGroup {
    /// Its place in the order in which groups were found, from 0.
    pub group_id: usize,
    /// 0 to 1, two decimals.
    pub confidence: f64,
    pub center_lat: f64,
    pub center_lon: f64,
    /// How far the furthest sighting is from the centre, to 0.1 m.
    pub radius_meters: f64,
    /// The sighting that the group was found around, then the others newest first.
    pub entry_ids: Vec<i64>,
    pub reasons: Vec<String>,
    pub suggested_name: Option<String>,
}

/// What the people who saw it wrote.
#[derive(Debug, Clone, PartialEq)]
pub struct Note {
    pub text: String,
    pub nickname: Option<String>,
}

/// Splits points into clusters: the first one not yet taken takes every other within `radius_m` of itself.
/// Each cluster holds indices in ascending order, so the one that took the others comes first.
#[must_use]
pub fn clusters(points: &[Point], radius_m: f64) -> Vec<Vec<usize>> {
    // Cells as wide as the radius and a little more for rounding: what is within it is in the same cell or one beside it.
    let width_m = radius_m * 1.000_001;
    let mut untaken: HashMap<Cell, Vec<usize>> = HashMap::new();
    for (index, &point) in points.iter().enumerate() {
        untaken.entry(cell_of(point, width_m)).or_default().push(index);
    }
    let mut taken = vec![false; points.len()];
    let mut found = Vec::new();
    for (seed, &center) in points.iter().enumerate() {
        if taken[seed] {
            continue;
        }
        let mut members = Vec::new();
        for cell in with_neighbours(cell_of(center, width_m)) {
            if let Some(there) = untaken.get_mut(&cell) {
                members.extend(there.extract_if(.., |&mut index| center.distance_m(points[index]) <= radius_m));
            }
        }
        members.sort_unstable();
        for &index in &members {
            taken[index] = true;
        }
        found.push(members);
    }
    found
}

/// A cube of space: cells on the ground would have an edge at the poles and at 180 degrees.
type Cell = [i64; 3];

#[expect(clippy::cast_possible_truncation, reason = "no point of the earth is more than 2^63 cells away from its middle")]
fn cell_of(point: Point, width_m: f64) -> Cell {
    point.cartesian_m().map(|axis| (axis / width_m).floor() as i64)
}

fn with_neighbours([x, y, z]: Cell) -> impl Iterator<Item = Cell> {
    let beside = |at: i64| at - 1..=at + 1;
    beside(x).flat_map(move |x| beside(y).flat_map(move |y| beside(z).map(move |z| [x, y, z])))
}

/// Describes a group. `members` are its ids and points, the seed first, then the others newest first;
/// `notes` belong to the first of them, up to [`MAX_COMPARED`].
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "no group has 2^53 members")]
pub fn describe(group_id: usize, members: &[(i64, Point)], notes: &[Note], cluster_radius_m: f64) -> SuggestedGroup {
    let count = members.len() as f64;
    let sum = |axis: fn(&Point) -> f64| members.iter().fold(0.0, |sum, (_, point)| sum + axis(point));
    let center = Point { lat: sum(|point| point.lat) / count, lon: sum(|point| point.lon) / count };
    let radius_m = members.iter().map(|(_, point)| center.distance_m(*point)).fold(0.0, f64::max);
    let likeness = mean_likeness(notes);
    let confidence = 0.4 * (count / 5.0).min(1.0) + 0.3 * likeness + 0.3 * (1.0 - radius_m / cluster_radius_m).max(0.0);
    SuggestedGroup {
        group_id,
        confidence: round_to(confidence, 2),
        center_lat: center.lat,
        center_lon: center.lon,
        radius_meters: round_to(radius_m, 1),
        entry_ids: members.iter().map(|&(id, _)| id).collect(),
        reasons: reasons(members.len(), radius_m, likeness),
        suggested_name: most_frequent(notes.iter().filter_map(|note| note.nickname.as_deref())).map(str::to_owned),
    }
}

fn reasons(count: usize, radius_m: f64, likeness: f64) -> Vec<String> {
    let close = format!("{count} sightings within {radius_m:.0} m of their middle");
    let alike = format!("{:.0} % of the words in any two of them are the same", likeness * 100.0);
    if likeness > 0.0 { vec![close, alike] } else { vec![close] }
}

/// Mean Jaccard similarity of all pairs of texts, 0 where there is no pair.
fn mean_likeness(notes: &[Note]) -> f64 {
    // Numbers in place of words: 200 texts make 19,900 pairs.
    let mut numbers: HashMap<String, usize> = HashMap::new();
    let mut sets: Vec<Vec<usize>> = Vec::with_capacity(notes.len());
    for note in notes {
        let words = keywords::of(&note.text).into_iter();
        let mut set: Vec<usize> = words
            .map(|word| {
                let next = numbers.len();
                *numbers.entry(word).or_insert(next)
            })
            .collect();
        set.sort_unstable();
        set.dedup();
        sets.push(set);
    }
    let (mut sum, mut pairs) = (0.0, 0_u32);
    for (index, one) in sets.iter().enumerate() {
        for other in &sets[index + 1..] {
            sum += jaccard(common(one, other), one.len(), other.len());
            pairs += 1;
        }
    }
    if pairs == 0 { 0.0 } else { sum / f64::from(pairs) }
}

/// How many numbers two ascending lists have in common.
fn common(mut one: &[usize], mut other: &[usize]) -> usize {
    let mut count = 0;
    while let (Some(a), Some(b)) = (one.first(), other.first()) {
        count += usize::from(a == b);
        one = &one[usize::from(a <= b)..];
        other = &other[usize::from(b <= a)..];
    }
    count
}

/// What occurs most often, the first met among equals.
fn most_frequent<'v>(values: impl Iterator<Item = &'v str>) -> Option<&'v str> {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for value in values {
        match counts.iter_mut().find(|(known, _)| *known == value) {
            Some((_, count)) => *count += 1,
            None => counts.push((value, 1)),
        }
    }
    let most = counts.iter().map(|&(_, count)| count).max();
    counts.iter().find(|&&(_, count)| Some(count) == most).map(|&(value, _)| value)
}
