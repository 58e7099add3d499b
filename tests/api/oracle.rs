//! The rules of matching, nearby, areas and groups as plainly as they can be written: every sighting is compared with every other.

use std::collections::BTreeSet;

const STOP_WORDS: &str = "a about after again an and are as at be been before but by for from i if in into is it my of on or over \
                          so that the then they this to was we were with you";

/// A stored sighting, as far as the rules look at it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sighting {
    pub id: i64,
    pub text: String,
    pub nickname: Option<String>,
    pub location: Option<String>,
    pub lat: Option<f64>,
    pub lon: Option<f64>,
    pub cat_id: Option<i64>,
}

/// Matches of `[a-z][a-z0-9_-]{2,}` in the lower-cased text, without stop words.
pub fn keywords(text: &str) -> BTreeSet<String> {
    let letters: Vec<char> = text.to_lowercase().chars().collect();
    let mut found = BTreeSet::new();
    let mut at = 0;
    while at < letters.len() {
        let length = letters[at..].iter().take_while(|c| matches!(c, 'a'..='z' | '0'..='9' | '_' | '-')).count();
        if letters[at].is_ascii_lowercase() && length >= 3 {
            found.insert(letters[at..at + length].iter().collect());
            at += length;
        } else {
            at += 1;
        }
    }
    found.retain(|word: &String| !STOP_WORDS.split(' ').any(|stop| stop == word));
    found
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap())
}

pub fn jaccard(one: &BTreeSet<String>, other: &BTreeSet<String>) -> f64 {
    let all = one.union(other).count();
    if all == 0 { 0.0 } else { number(one.intersection(other).count()) / number(all) }
}

pub fn distance_m(one: (f64, f64), other: (f64, f64)) -> f64 {
    let [(lat1, lon1), (lat2, lon2)] = [one, other].map(|(lat, lon)| (lat.to_radians(), lon.to_radians()));
    let a = ((lat2 - lat1) / 2.0).sin().powi(2) + lat1.cos() * lat2.cos() * ((lon2 - lon1) / 2.0).sin().powi(2);
    2.0 * 6_371_000.0 * a.sqrt().min(1.0).asin()
}

pub fn round(value: f64, decimals: usize) -> f64 {
    format!("{value:.decimals$}").parse().unwrap()
}

impl Sighting {
    pub fn point(&self) -> Option<(f64, f64)> {
        self.lat.zip(self.lon)
    }

    fn distance_m(&self, other: &Self) -> Option<f64> {
        Some(distance_m(self.point()?, other.point()?))
    }

    pub fn score(&self, other: &Self) -> f64 {
        let words = |location: &Option<String>| keywords(location.as_deref().unwrap_or_default());
        let text = jaccard(&keywords(&self.text), &keywords(&other.text));
        match self.distance_m(other) {
            Some(distance_m) => 0.5 * text + 0.5 * (1.0 - distance_m / 1000.0).max(0.0),
            None => 0.7 * text + 0.3 * jaccard(&words(&self.location), &words(&other.location)),
        }
    }
}

/// Ids and shown scores.
pub fn matches(all: &[Sighting], me: &Sighting, top_k: u8, min_score: f64) -> Vec<(i64, f64)> {
    let others = all.iter().filter(|other| other.id != me.id).map(|other| (other.id, me.score(other)));
    let mut found: Vec<(i64, f64)> = others.filter(|(_, score)| *score >= min_score).map(|(id, score)| (id, round(score, 3))).collect();
    found.sort_by(|one, other| other.1.total_cmp(&one.1).then(other.0.cmp(&one.0)));
    found.truncate(top_k.into());
    found
}

/// Ids, shown distances and shown scores; none where there are no coordinates.
pub fn nearby(all: &[Sighting], me: &Sighting, radius_m: u32, top_k: u8, include_assigned: bool) -> Option<Vec<(i64, f64, f64)>> {
    me.point()?;
    let others = all.iter().filter(|other| other.id != me.id && (include_assigned || other.cat_id.is_none()));
    let within = others.filter_map(|other| Some((other, me.distance_m(other)?))).filter(|(_, distance_m)| *distance_m <= radius_m.into());
    let mut found: Vec<_> = within.map(|(other, distance_m)| (other.id, round(distance_m, 1), round(me.score(other), 3))).collect();
    found.sort_by(|one, other| one.1.total_cmp(&other.1).then(other.0.cmp(&one.0)));
    found.truncate(top_k.into());
    Some(found)
}

/// Newest first.
pub fn within(all: &[Sighting], center: (f64, f64), radius_m: u32) -> Vec<&Sighting> {
    let is_within = |point| distance_m(center, point) <= radius_m.into();
    let mut found: Vec<&Sighting> = all.iter().filter(|sighting| sighting.point().is_some_and(is_within)).collect();
    found.sort_by_key(|sighting| std::cmp::Reverse(sighting.id));
    found
}

/// A group: its number, confidence, centre, radius and members.
#[derive(Debug, PartialEq)]
pub struct Group {
    pub id: usize,
    pub confidence: f64,
    pub center: (f64, f64),
    pub radius_m: f64,
    pub members: Vec<i64>,
}

pub fn groups(all: &[Sighting], center: (f64, f64), radius_m: u32, cluster_radius_m: u32, min_sightings: usize) -> Vec<Group> {
    let mut untaken: Vec<&Sighting> = within(all, center, radius_m).into_iter().filter(|sighting| sighting.cat_id.is_none()).collect();
    let mut groups = Vec::new();
    while let Some(seed) = untaken.first().copied() {
        let (members, rest): (Vec<_>, Vec<_>) =
            untaken.into_iter().partition(|other| seed.distance_m(other).unwrap() <= cluster_radius_m.into());
        untaken = rest;
        if members.len() >= min_sightings {
            groups.push(group(groups.len(), &members, cluster_radius_m.into()));
        }
    }
    groups.sort_by(|one, other| other.confidence.total_cmp(&one.confidence));
    groups
}

fn group(id: usize, members: &[&Sighting], cluster_radius_m: f64) -> Group {
    let n = number(members.len());
    let (mut lat, mut lon, mut alike, mut pairs) = (0.0, 0.0, 0.0, 0.0);
    for member in members {
        lat += member.lat.unwrap();
        lon += member.lon.unwrap();
    }
    let center = (lat / n, lon / n);
    let radius_m = members.iter().map(|member| distance_m(center, member.point().unwrap())).fold(0.0, f64::max);
    let texts: Vec<_> = members.iter().take(200).map(|member| keywords(&member.text)).collect();
    for (at, one) in texts.iter().enumerate() {
        for other in &texts[at + 1..] {
            alike += jaccard(one, other);
            pairs += 1.0;
        }
    }
    let confidence = 0.4 * (n / 5.0).min(1.0) + 0.3 * (alike / pairs) + 0.3 * (1.0 - radius_m / cluster_radius_m).max(0.0);
    let members = members.iter().map(|member| member.id).collect();
    Group { id, confidence: round(confidence, 2), center, radius_m: round(radius_m, 1), members }
}
