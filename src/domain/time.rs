//! Times as text: RFC 3339, UTC, microseconds, `Z`; and months, as things are counted by them.

use jiff::Timestamp;
use jiff::tz::Offset;
use serde::{Serialize, Serializer};

/// `2026-01-10T22:27:08.252643Z`
#[must_use]
pub fn format(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string()
}

/// Microseconds since 1970 of a stored or sent time: with `Z` or an offset, with or without a fraction.
/// Of a day alone (`2026-01-10`) its first moment.
#[must_use]
pub fn micros(text: &str) -> Option<i64> {
    let parsed = text.parse::<Timestamp>().or_else(|_| format!("{text}T00:00:00Z").parse());
    parsed.map_or(None, |time| Some(time.as_microsecond()))
}

/// A month in UTC, counted from January of the year 0. Written `2026-01`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(pub i32);

impl Month {
    pub const FIRST: Self = Self(i32::MIN);
    pub const LAST: Self = Self(i32::MAX);

    /// The month of a moment in microseconds since 1970; none where no calendar reaches.
    #[must_use]
    pub fn of_micros(micros: i64) -> Option<Self> {
        let time = Timestamp::from_microsecond(micros).map_or(None, |time| Some(Offset::UTC.to_datetime(time)))?;
        Some(Self(i32::from(time.year()) * 12 + i32::from(time.month()) - 1))
    }
}

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format!("{:04}-{:02}", self.0.div_euclid(12), self.0.rem_euclid(12) + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_the_one_in_utc() {
        let month = |text: &str| micros(text).and_then(Month::of_micros).map(|month| serde_json::to_value(month).unwrap());
        assert_eq!(month("2026-01-10T22:27:08.252643Z").unwrap(), "2026-01");
        assert_eq!(month("2026-01-01T00:30:00+01:00").unwrap(), "2025-12");
        assert_eq!(month("1969-12-31T23:59:59Z").unwrap(), "1969-12");
    }
}
