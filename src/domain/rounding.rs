//! Rounding as the predecessor's clients know it.

/// `value` to `decimals` places: to nearest on the exact binary value, ties to even, as Python's `round`.
///
/// Rust's decimal formatting is exact and breaks ties to even, so a round trip through it is that rule.
#[must_use]
pub fn round_to(value: f64, decimals: usize) -> f64 {
    format!("{value:.decimals$}").parse().unwrap_or(value)
}
