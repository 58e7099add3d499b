//! Times as text: RFC 3339, UTC, microseconds, `Z`.

use jiff::Timestamp;

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
