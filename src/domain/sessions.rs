//! Sessions: where an account is signed in.

use serde::Serialize;
use utoipa::ToSchema;

use super::text;

/// How long an access token is good for.
pub const ACCESS_SECONDS: i64 = 30 * 60;
/// How long a refresh token is good for, and with it a session that nobody comes back to.
pub const REFRESH_SECONDS: i64 = 7 * 24 * 60 * 60;

/// A session, as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Session {
    pub id: i64,
    /// What the browser or program called itself.
    pub client: Option<String>,
    #[serde(rename = "createdAt")]
    pub created_at: String,
    /// When it was last renewed.
    #[serde(rename = "usedAt")]
    pub used_at: String,
    #[serde(rename = "expiresAt")]
    pub expires_at: String,
    /// Whether it is the one that asks.
    #[serde(rename = "isCurrent")]
    pub is_current: bool,
}

/// How a `User-Agent` is kept: plain text of at most 200 code points.
#[must_use]
pub fn client_name(sent: &str) -> Option<String> {
    text::plain(sent).map(|name| text::first(&name, 200).to_owned())
}
