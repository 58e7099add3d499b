//! Pages of long lists: numbered ones as the predecessor had them, and keyset ones that cost the same wherever they are.

use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::invalid::Invalid;
use super::query::Query;
use super::whole::Whole;

/// The most rows that one keyset page holds.
pub const MAX_ROWS: i64 = 1000;

/// A page by number, from 1. The number may be beyond every end; then the page is empty.
#[derive(Debug, Clone, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// Which page, from 1. One past the end is empty.
    #[param(rename = "page", value_type = usize, required = false, default = 1, minimum = 1)]
    pub number: Whole,
    /// How many a page holds.
    #[param(required = false, default = 20, minimum = 1, maximum = 100)]
    pub limit: i64,
}

impl Page {
    /// `page` from 1 (1), `limit` 1 to 100 (20).
    pub fn read(query: &Query<'_>, invalid: &mut Invalid) -> Self {
        Self {
            number: query.whole("page", 1..=i64::MAX, invalid).unwrap_or(Whole::Small(1)),
            limit: query.int("limit", 1..=100, 20, invalid),
        }
    }

    /// How many rows come before this page.
    #[must_use]
    pub fn offset(&self) -> i64 {
        (self.number.clamped() - 1).saturating_mul(self.limit)
    }

    #[must_use]
    pub fn place(self, total: i64) -> PagePlace {
        PagePlace {
            total,
            total_pages: ((total + self.limit - 1) / self.limit).max(1),
            has_more: self.offset().saturating_add(self.limit) < total,
            page: self.number,
            limit: self.limit,
        }
    }
}

/// Where a page is among all of them.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PagePlace {
    /// How many there are on all pages.
    pub total: i64,
    #[schema(inline)]
    pub page: Whole,
    pub limit: i64,
    #[serde(rename = "totalPages")]
    /// At least 1.
    pub total_pages: i64,
    #[serde(rename = "hasMore")]
    pub has_more: bool,
}

/// A keyset page: the `limit` newest rows whose id is below `before`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Keyset {
    /// How many at most.
    #[param(required = false, default = 1000, minimum = 1, maximum = 1000)]
    pub limit: i64,
    /// Only what is older than this id: the last id of the page before.
    #[param(inline, value_type = Option<Whole>)]
    pub before: i64,
}

impl Keyset {
    /// `limit` 1 to 1000 (1000), `before` any id (none).
    pub fn read(query: &Query<'_>, invalid: &mut Invalid) -> Self {
        Self {
            limit: query.int("limit", 1..=MAX_ROWS, MAX_ROWS, invalid),
            before: query.whole("before", i64::MIN..=i64::MAX, invalid).map_or(i64::MAX, |before| before.clamped()),
        }
    }
}

/// Rows of a keyset page, newest first, and the `before` of the next page, if there may be one.
#[derive(Debug, Clone)]
pub struct Rows<T> {
    pub rows: Vec<T>,
    pub next: Option<i64>,
}

impl<T> Rows<T> {
    /// From up to `limit + 1` rows: the last one only tells that there is more.
    #[must_use]
    pub fn of(mut rows: Vec<T>, limit: i64, id: impl Fn(&T) -> i64) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        let next = if has_more { rows.last().map(id) } else { None };
        Self { rows, next }
    }
}
