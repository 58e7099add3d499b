//! The rules about cats: types, validation, matching, grouping, analysis. Pure: no clock, no random, no IO.

pub mod geo;
pub mod geocoding;
pub mod rounding;
pub mod text;
pub mod time;
