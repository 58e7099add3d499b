//! Comments on a cat.

use serde::Serialize;
use utoipa::ToSchema;

use super::draft::{Draft, Fields, too_long, too_short};
use super::page::PagePlace;
use super::text;

/// A stored comment, as it is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Comment {
    pub id: i64,
    pub cat_id: i64,
    pub author_name: String,
    /// Simple formatting (`b i u em strong p br`) at most.
    pub content: String,
    #[serde(rename = "createdAt")]
    pub created_at: String,
    #[serde(rename = "updatedAt")]
    pub updated_at: String,
    /// The account that wrote it; left out where nobody was signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_by: Option<i64>,
}

/// A page of a cat's comments, latest first.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CommentPage {
    pub comments: Vec<Comment>,
    #[serde(flatten)]
    pub place: PagePlace,
}

/// A comment as sent. Reading it cleans it: a blank field is refused like an empty one.
#[derive(Debug, Clone, Default, ToSchema)]
pub struct NewComment {
    #[schema(min_length = 1, max_length = 100)]
    author_name: String,
    /// Simple formatting (`b i u em strong p br`) stays, other markup goes.
    #[schema(min_length = 1, max_length = 2000)]
    content: String,
}

impl Draft for NewComment {
    fn read(fields: &mut Fields<'_>) -> Self {
        Self { author_name: field("author_name", 100, text::plain, fields), content: field("content", 2000, text::rich, fields) }
    }
}

fn field(name: &'static str, max: usize, clean: impl Fn(&str) -> Option<String>, fields: &mut Fields<'_>) -> String {
    let sent = fields.required_text(name, max);
    // An empty one has been refused already.
    if sent.is_empty() {
        return sent;
    }
    // Cleaning ends what was left open, which makes it longer.
    match clean(&sent) {
        Some(cleaned) if text::length(&cleaned) <= max => return cleaned,
        Some(_) => fields.refuse(too_long(name, &sent, max)),
        None => fields.refuse(too_short(name, &sent)),
    }
    String::new()
}

impl NewComment {
    pub fn author_name(&self) -> &str {
        &self.author_name
    }

    pub fn content(&self) -> &str {
        &self.content
    }
}
