//! The gallery of cats: of each one what tells it from others at a glance.

use serde::Serialize;
use utoipa::ToSchema;

use super::cats::Cat;
use super::entries::web_address;

/// A cat in the gallery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CatPlate {
    #[serde(flatten)]
    pub cat: Cat,
    pub sightings_count: i64,
    /// Its latest sighting, if there is one.
    pub latest: Option<Latest>,
    /// The latest of its photos, if one of its last 50 sightings has one.
    #[serde(serialize_with = "web_address")]
    pub photo_url: Option<String>,
}

/// The latest sighting of a cat, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Latest {
    pub nickname: Option<String>,
    /// The first 100 characters of the note, with three dots if there is more.
    pub text_preview: String,
    pub location: Option<String>,
    pub created_at: String,
}
