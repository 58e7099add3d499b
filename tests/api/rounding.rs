//! Numbers are rounded as the predecessor's clients know it.

use catatlas::domain::rounding::round_to;

#[test]
fn rounding_is_to_nearest_on_the_exact_value_and_ties_go_to_even() {
    for (value, decimals, expected) in [
        (0.125, 2, 0.12),
        (0.375, 2, 0.38),
        (2.675, 2, 2.67),
        (1.005, 2, 1.0),
        (0.0005, 3, 0.001),
        (0.0625, 3, 0.062),
        (0.1875, 3, 0.188),
        (0.4995, 3, 0.499),
        (12.25, 1, 12.2),
        (12.35, 1, 12.3),
        (0.05, 1, 0.1),
        (0.25, 1, 0.2),
        (20_015_086.75, 1, 20_015_086.8),
        (1e22, 3, 1e22),
        (0.0, 3, 0.0),
    ] {
        assert_eq!(round_to(value, decimals).to_bits(), f64::to_bits(expected), "{value}");
    }
}
