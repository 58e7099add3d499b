//! What all sightings of one cat add up to. They are taken in one after another, so that a cat seen ten thousand times costs
//! no memory.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::analysis::{Sentiment, Tally};
use super::cats::Cat;
use super::entries::{Entry, web_address};
use super::page::PagePlace;

const TAGS: usize = 8;

/// The older profile, as it is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CatProfile {
    pub cat_id: i64,
    pub name: Option<String>,
    pub sightings_count: usize,
    /// Up to five different places, newest sighting first.
    pub locations: Vec<String>,
    pub top_tags: Vec<String>,
    pub temperament_guess: &'static str,
    pub profile_text: String,
}

/// Takes in sightings, newest id first.
#[derive(Debug, Default)]
pub struct ProfileTally {
    words: Tally,
    count: usize,
    locations: Vec<String>,
}

impl ProfileTally {
    pub fn add(&mut self, text: &str, location: Option<String>) {
        self.count += 1;
        self.words.add(text);
        if let Some(place) = location.filter(|place| !place.is_empty() && self.locations.len() < 5 && !self.locations.contains(place)) {
            self.locations.push(place);
        }
    }

    #[must_use]
    pub fn profile(self, cat: Cat) -> CatProfile {
        let temperament_guess = if self.count == 0 { "unknown" } else { temperament(&self.words) };
        CatProfile {
            profile_text: words_about(cat.name.as_deref(), self.count, self.locations.first().map(String::as_str), temperament_guess),
            cat_id: cat.id,
            name: cat.name,
            sightings_count: self.count,
            locations: self.locations,
            top_tags: self.words.tags(TAGS),
            temperament_guess,
        }
    }
}

fn temperament(words: &Tally) -> &'static str {
    match words.sentiment() {
        Sentiment::Positive => "friendly",
        Sentiment::Negative => "defensive / cautious",
        Sentiment::Neutral => "unknown / neutral",
    }
}

fn words_about(name: Option<&str>, count: usize, place: Option<&str>, temperament: &str) -> String {
    let name = name.unwrap_or("This cat");
    let seen = match count {
        0 => return format!("{name} has no sightings yet."),
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        _ => format!("{count} times"),
    };
    let place = place.map_or_else(String::new, |place| format!(", lately at {place}"));
    format!("{name} has been seen {seen}{place}. Temperament, going by the notes: {temperament}.")
}

/// The newer profile, as it is answered.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct EnhancedProfile {
    pub cat: CatBasics,
    pub stats: Stats,
    #[serde(rename = "recentSightings")]
    pub recent_sightings: Vec<RecentSighting>,
    #[serde(rename = "locationSummary")]
    pub location_summary: Vec<PlaceSummary>,
    #[serde(rename = "insightStatus")]
    pub insight_status: InsightStatus,
    pub top_tags: Vec<String>,
    pub temperament_guess: &'static str,
    pub profile_text: String,
}

/// A cat, with its latest photo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CatBasics {
    pub id: i64,
    pub name: Option<String>,
    pub created_at: String,
    pub primary_photo: Option<String>,
}

/// All sightings of a cat in numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Stats {
    pub total_sightings: usize,
    pub unique_locations: usize,
    pub photo_count: usize,
    pub first_seen: Option<String>,
    pub last_seen: Option<String>,
    pub most_frequent_location: Option<String>,
}

/// One of the latest sightings of a cat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RecentSighting {
    pub id: i64,
    pub text: String,
    #[serde(rename = "createdAt")]
    pub created_at: String,
    pub location: Option<String>,
    #[serde(serialize_with = "web_address")]
    pub photo_url: Option<String>,
}

/// One place where a cat is seen, with time and coordinates of its first sighting met there.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlaceSummary {
    pub location: String,
    pub normalized_location: Option<String>,
    pub count: usize,
    pub last_seen: String,
    pub lat: Option<f64>,
    pub lon: Option<f64>,
}

/// Which insights are stored for a cat.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "the predecessor's clients read them by name")]
pub struct InsightStatus {
    pub has_profile: bool,
    pub has_care: bool,
    pub has_update: bool,
    pub has_risk: bool,
    pub last_updated: Option<String>,
}

/// Takes in sightings, latest first by `createdAt` as stored.
#[derive(Debug, Default)]
pub struct EnhancedTally {
    words: Tally,
    stats: Stats,
    primary_photo: Option<String>,
    recent: Vec<RecentSighting>,
    places: Vec<PlaceSummary>,
    /// Where in `places` each is.
    met: HashMap<String, usize>,
}

impl EnhancedTally {
    pub fn add(&mut self, entry: Entry) {
        self.words.add(&entry.text);
        self.stats.total_sightings += 1;
        self.stats.last_seen.get_or_insert_with(|| entry.created_at.clone());
        self.stats.first_seen = Some(entry.created_at.clone());
        if let Some(photo) = entry.photo_url.as_ref().filter(|photo| !photo.is_empty()) {
            self.stats.photo_count += 1;
            self.primary_photo.get_or_insert_with(|| photo.clone());
        }
        self.count_place(&entry);
        if self.recent.len() < 5 {
            let Entry { id, text, created_at, location, photo_url, .. } = entry;
            self.recent.push(RecentSighting { id, text, created_at, location, photo_url });
        }
    }

    /// A place is what was written or, failing that, what geocoding made of it.
    fn count_place(&mut self, entry: &Entry) {
        let is_set = |place: &&String| !place.is_empty();
        let Some(place) = entry.location.as_ref().filter(is_set).or(entry.location_normalized.as_ref().filter(is_set)) else { return };
        if let Some(at) = self.met.get(place) {
            self.places[*at].count += 1;
            return;
        }
        self.met.insert(place.clone(), self.places.len());
        self.places.push(PlaceSummary {
            location: place.clone(),
            normalized_location: entry.location_normalized.clone(),
            count: 1,
            last_seen: entry.created_at.clone(),
            lat: entry.location_lat,
            lon: entry.location_lon,
        });
    }

    #[must_use]
    pub fn profile(mut self, cat: Cat, insight_status: InsightStatus) -> EnhancedProfile {
        self.stats.unique_locations = self.places.len();
        // Stable: ties stay in the order in which they were met.
        self.places.sort_by_key(|place| usize::MAX - place.count);
        self.places.truncate(10);
        self.stats.most_frequent_location = self.places.first().map(|place| place.location.clone());
        let temperament_guess = temperament(&self.words);
        let lately = self.recent.iter().find_map(|sighting| sighting.location.as_deref()).filter(|place| !place.is_empty());
        EnhancedProfile {
            profile_text: words_about(cat.name.as_deref(), self.stats.total_sightings, lately, temperament_guess),
            cat: CatBasics { id: cat.id, name: cat.name, created_at: cat.created_at, primary_photo: self.primary_photo },
            top_tags: self.words.tags(TAGS),
            temperament_guess,
            stats: self.stats,
            recent_sightings: self.recent,
            location_summary: self.places,
            insight_status,
        }
    }
}

/// One sighting of a cat's list.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct CatSighting {
    pub id: i64,
    pub text: String,
    #[serde(rename = "createdAt")]
    pub created_at: String,
    pub location: Option<String>,
    pub location_normalized: Option<String>,
    pub location_lat: Option<f64>,
    pub location_lon: Option<f64>,
    #[serde(serialize_with = "web_address")]
    pub photo_url: Option<String>,
    pub nickname: Option<String>,
    #[serde(rename = "isFavorite")]
    pub is_favorite: bool,
}

impl From<Entry> for CatSighting {
    fn from(entry: Entry) -> Self {
        let Entry {
            id, text, created_at, location, location_normalized, location_lat, location_lon, photo_url, nickname, is_favorite, ..
        } = entry;
        Self { id, text, created_at, location, location_normalized, location_lat, location_lon, photo_url, nickname, is_favorite }
    }
}

/// A page of a cat's sightings, latest first.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SightingPage {
    pub sightings: Vec<CatSighting>,
    #[serde(flatten)]
    pub place: PagePlace,
}
