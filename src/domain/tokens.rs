//! API tokens: what a script may do in somebody's name, and until when.

use serde::Serialize;
use utoipa::ToSchema;

use super::accounts::Act;
use super::draft::{Draft, Fields, too_short};
use super::text;

/// What a token is good for. None is for looking after the account itself: that takes a person who signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    Read,
    Write,
    Admin,
}

impl Scope {
    pub const ALL: [(&'static str, Self); 3] = [("read", Self::Read), ("write", Self::Write), ("admin", Self::Admin)];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Admin => "admin",
        }
    }

    /// The scopes of a stored token: words between blanks.
    #[must_use]
    pub fn parse(stored: &str) -> Vec<Self> {
        stored.split(' ').filter_map(|word| Self::ALL.iter().find(|(name, _)| *name == word)).map(|(_, scope)| *scope).collect()
    }

    /// Whether a token with this scope may do an act, as far as its account may.
    #[must_use]
    pub fn covers(self, act: Act) -> bool {
        match act {
            Act::Enter => true,
            Act::Read | Act::WhoAmI => self == Self::Read,
            Act::Audit | Act::Operate | Act::BackUp => self == Self::Admin,
            Act::KeepAccount | Act::KeepAccounts => false,
            Act::Log
            | Act::Comment
            | Act::Analyze
            | Act::AddCat
            | Act::Link
            | Act::Rename
            | Act::Favor
            | Act::ReplacePhoto
            | Act::Edit
            | Act::Relocate
            | Act::Delete
            | Act::DeleteComment => self == Self::Write,
        }
    }
}

/// A stored token, as it is listed: never the token itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ApiToken {
    pub id: i64,
    pub name: String,
    pub scopes: Vec<Scope>,
    #[serde(rename = "createdAt")]
    pub created_at: String,
    #[serde(rename = "expiresAt")]
    pub expires_at: String,
}

/// A wish for a token. Reading it cleans its name.
#[derive(Debug, Clone, Default, ToSchema)]
pub struct NewToken {
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    #[schema(inline, min_items = 1)]
    pub scopes: Vec<Scope>,
    /// 90 where nothing is sent.
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 366)]
    pub expires_in_days: i64,
}

impl Draft for NewToken {
    fn read(fields: &mut Fields<'_>) -> Self {
        let sent = fields.required_text("name", 100);
        let name = text::plain(&sent).unwrap_or_default();
        if name.is_empty() && !sent.is_empty() {
            fields.refuse(too_short("name", &sent));
        }
        let scopes = fields.literals("scopes", &Scope::ALL);
        Self { name, scopes, expires_in_days: fields.optional_int("expires_in_days", 1..=366, 90) }
    }
}
