//! The rules about cats: types, validation, matching, grouping, analysis. Pure: no clock, no random, no IO.

pub mod analysis;
pub mod areas;
pub mod cats;
pub mod comments;
pub mod draft;
pub mod entries;
pub mod geo;
pub mod geocoding;
pub mod grouping;
pub mod insights;
pub mod invalid;
pub mod keywords;
pub mod matching;
pub mod page;
pub mod photos;
pub mod profiles;
pub mod query;
pub mod rounding;
pub mod text;
pub mod time;
pub mod whole;
