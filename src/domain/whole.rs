//! Whole numbers of any size, as clients may write them: ids that no row can have, pages beyond every end.

use std::cmp::Ordering;

use serde::{Serialize, Serializer};
use serde_json::Number;
use utoipa::openapi::{Object, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// A whole number. What does not fit an `i64` keeps its digits, so that it can be handed back exactly.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Whole {
    Small(i64),
    /// Beyond `i64`: an optional minus and digits without leading zeros.
    Large(String),
}

impl Whole {
    /// Reads an optional sign and decimal digits, white space around them allowed.
    #[must_use]
    pub fn parse(written: &str) -> Option<Self> {
        let written = written.trim_ascii();
        let (minus, digits) = match written.strip_prefix('-') {
            Some(digits) => ("-", digits),
            None => ("", written.strip_prefix('+').unwrap_or(written)),
        };
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let exact = format!("{minus}{}", digits.trim_start_matches('0'));
        Some(match exact.as_str() {
            "" | "-" => Self::Small(0),
            exact => exact.parse().map_or_else(|_| Self::Large(exact.to_owned()), Self::Small),
        })
    }

    #[must_use]
    pub fn small(&self) -> Option<i64> {
        match self {
            Self::Small(number) => Some(*number),
            Self::Large(_) => None,
        }
    }

    /// This number, or the nearest one that fits.
    #[must_use]
    pub fn clamped(&self) -> i64 {
        match self {
            Self::Small(number) => *number,
            Self::Large(digits) if digits.starts_with('-') => i64::MIN,
            Self::Large(_) => i64::MAX,
        }
    }

    #[must_use]
    pub fn compare(&self, bound: i64) -> Ordering {
        match self {
            Self::Small(number) => number.cmp(&bound),
            Self::Large(digits) if digits.starts_with('-') => Ordering::Less,
            Self::Large(_) => Ordering::Greater,
        }
    }
}

impl Serialize for Whole {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Small(number) => serializer.serialize_i64(*number),
            Self::Large(digits) => digits.parse::<Number>().map_err(serde::ser::Error::custom)?.serialize(serializer),
        }
    }
}

/// To clients it is an integer without bounds.
impl PartialSchema for Whole {
    fn schema() -> RefOr<Schema> {
        Object::with_type(Type::Integer).into()
    }
}

impl ToSchema for Whole {}
