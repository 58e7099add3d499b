//! The rules about cats: types, validation, matching, grouping, analysis. Pure: no clock, no random, no IO.

pub mod areas;
pub mod geo;
pub mod grouping;
pub mod keywords;
pub mod matching;
pub mod rounding;
pub mod text;
pub mod time;
