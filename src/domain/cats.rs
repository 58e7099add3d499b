//! Cats: what is sent and stored of them, and what their sightings add up to.

use serde::Serialize;
use utoipa::ToSchema;

use super::draft::{Draft, Fields};
use super::text;
use super::whole::Whole;

/// A stored cat, as it is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Cat {
    pub id: i64,
    pub name: Option<String>,
    #[serde(rename = "createdAt")]
    pub created_at: String,
    /// The account that added it; left out where nobody was signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_by: Option<i64>,
}

/// A cat as sent.
#[derive(Debug, Clone, Default, ToSchema)]
pub struct CatDraft {
    #[schema(max_length = 100)]
    pub name: Option<String>,
}

/// A cat fit to be stored.
#[derive(Debug, Clone)]
pub struct NewCat {
    name: Option<String>,
}

impl Draft for CatDraft {
    fn read(fields: &mut Fields<'_>) -> Self {
        Self { name: fields.optional_text("name", 100) }
    }
}

impl CatDraft {
    #[must_use]
    pub fn validate(self) -> NewCat {
        NewCat { name: self.name.as_deref().and_then(text::plain) }
    }
}

impl NewCat {
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }
}

/// A change of a cat as sent: a name that is absent stays, null or blank clears it.
#[derive(Debug, Clone, Default, ToSchema)]
pub struct CatChange {
    #[schema(value_type = Option<String>, max_length = 100)]
    pub name: Option<Option<String>>,
}

impl Draft for CatChange {
    fn read(fields: &mut Fields<'_>) -> Self {
        let name = fields.optional_text("name", 100);
        Self { name: fields.has("name").then(|| name.as_deref().and_then(text::plain)) }
    }
}

/// What a change answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CatUpdated {
    pub id: i64,
    pub name: Option<String>,
    #[serde(rename = "updatedAt")]
    pub updated_at: String,
}

/// Sightings to be given to a cat that is there, as sent.
#[derive(Debug, Clone, Default, ToSchema)]
pub struct LinkDraft {
    #[schema(inline, min_items = 1)]
    pub entry_ids: Vec<Whole>,
}

impl Draft for LinkDraft {
    fn read(fields: &mut Fields<'_>) -> Self {
        Self { entry_ids: fields.wholes("entry_ids") }
    }
}

/// Sightings to be given to a new cat, as sent.
#[derive(Debug, Clone, Default, ToSchema)]
pub struct FromSightingsDraft {
    #[schema(inline, min_items = 1)]
    pub entry_ids: Vec<Whole>,
    #[schema(max_length = 100)]
    pub name: Option<String>,
}

impl Draft for FromSightingsDraft {
    fn read(fields: &mut Fields<'_>) -> Self {
        Self { entry_ids: fields.wholes("entry_ids"), name: fields.optional_text("name", 100) }
    }
}

/// What became of sightings that were to be linked, each id as often as it was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Linked {
    pub cat_id: i64,
    /// Newly and already linked ones together.
    pub linked_count: usize,
    pub already_linked: Vec<i64>,
    pub newly_linked: Vec<i64>,
    /// Ids of no sighting.
    #[schema(inline)]
    pub failed: Vec<Whole>,
}
