//! Reads the parameters of a query string: types, bounds, defaults, and every problem at once.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::ops::RangeInclusive;

use serde_json::Value;

use super::invalid::{Invalid, Problem, Step};
use super::whole::Whole;

/// The parameters of one request. Unknown ones are ignored; of a repeated one the last counts.
#[derive(Debug, Default)]
pub struct Query<'q> {
    pairs: Vec<(Cow<'q, str>, Cow<'q, str>)>,
}

impl<'q> Query<'q> {
    /// Decodes `a=1&b=two+words`; bytes that are no UTF-8 become U+FFFD.
    #[must_use]
    pub fn parse(encoded: &'q str) -> Self {
        Self { pairs: url::form_urlencoded::parse(encoded.as_bytes()).collect() }
    }

    /// A parameter as text, if it was sent.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.pairs.iter().rev().find(|(own, _)| own == name).map(|(_, value)| value.as_ref())
    }

    /// Finds fault with a query that lacks a parameter.
    pub fn require(&self, name: &'static str, invalid: &mut Invalid) {
        if self.text(name).is_none() {
            invalid.add(Problem::new("missing", &[Step::Name("query"), Step::Name(name)], "Field required"));
        }
    }

    /// A whole number within bounds, if it was sent and is one; the type and the bounds are checked, lower before upper.
    pub fn whole(&self, name: &'static str, bounds: RangeInclusive<i64>, invalid: &mut Invalid) -> Option<Whole> {
        let written = self.text(name)?;
        let loc = [Step::Name("query"), Step::Name(name)];
        let Some(number) = Whole::parse(written) else {
            invalid.add(not_whole(&loc, written));
            return None;
        };
        let (low, high) = bounds.into_inner();
        if low > i64::MIN && number.compare(low) == Ordering::Less {
            invalid.add(too_small(&loc, low).with_input(&Value::from(written)));
        } else if high < i64::MAX && number.compare(high) == Ordering::Greater {
            invalid.add(too_large(&loc, high).with_input(&Value::from(written)));
        } else {
            return Some(number);
        }
        None
    }

    /// As [`Query::whole`], for a type that holds every number within the bounds; the default where nothing was sent.
    pub fn int<T>(&self, name: &'static str, bounds: RangeInclusive<T>, default: T, invalid: &mut Invalid) -> T
    where
        T: Copy + Into<i64> + TryFrom<i64>,
    {
        let bounds = (*bounds.start()).into()..=(*bounds.end()).into();
        self.whole(name, bounds, invalid).map_or(default, |number| number.clamped().try_into().unwrap_or(default))
    }

    /// A number within bounds. `nan` and `inf` are read, and fail the bounds as the predecessor had it.
    pub fn float(&self, name: &'static str, bounds: RangeInclusive<f64>, default: Option<f64>, invalid: &mut Invalid) -> f64 {
        let loc = [Step::Name("query"), Step::Name(name)];
        let Some(written) = self.text(name) else {
            if default.is_none() {
                invalid.add(Problem::new("missing", &loc, "Field required"));
            }
            return default.unwrap_or_default();
        };
        let echo = Value::from(written);
        // The forms that Python reads: a sign, an exponent, `inf` and `nan` in any case, white space around.
        let Ok(number) = written.trim_ascii().parse::<f64>() else {
            invalid.add(Problem::new("float_parsing", &loc, "Input should be a number").with_input(&echo));
            return default.unwrap_or_default();
        };
        if number < *bounds.start() {
            invalid.add(too_small(&loc, *bounds.start()).with_input(&echo));
        } else if number.is_nan() || number > *bounds.end() {
            invalid.add(too_large(&loc, *bounds.end()).with_input(&echo));
        }
        number
    }

    /// Yes or no, if it was sent.
    pub fn flag(&self, name: &'static str, invalid: &mut Invalid) -> Option<bool> {
        let written = self.text(name)?;
        let read = flag(written);
        if read.is_none() {
            let loc = [Step::Name("query"), Step::Name(name)];
            invalid.add(Problem::new("bool_parsing", &loc, "Input should be true or false").with_input(&Value::from(written)));
        }
        read
    }

    /// The same query with one parameter set to another value, encoded: the way to the next page.
    #[must_use]
    pub fn with(&self, name: &str, value: i64) -> String {
        let mut encoded = url::form_urlencoded::Serializer::new(String::new());
        for (own, kept) in self.pairs.iter().filter(|(own, _)| own != name) {
            encoded.append_pair(own, kept);
        }
        encoded.append_pair(name, &value.to_string()).finish()
    }
}

/// Yes or no in the spellings that the predecessor read.
#[must_use]
pub fn flag(written: &str) -> Option<bool> {
    match written.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" | "t" | "y" => Some(true),
        "false" | "0" | "no" | "off" | "f" | "n" => Some(false),
        _ => None,
    }
}

/// The problem of a value that is no whole number.
#[must_use]
pub fn not_whole(loc: &[Step], written: &str) -> Problem {
    Problem::new("int_parsing", loc, "Input should be a whole number").with_input(&Value::from(written))
}

/// The problem of a number below its bound.
#[must_use]
pub fn too_small(loc: &[Step], bound: impl Into<Value> + std::fmt::Display) -> Problem {
    Problem::new("greater_than_equal", loc, format!("Input should be at least {bound}")).with_bound("ge", bound)
}

/// The problem of a number above its bound.
#[must_use]
pub fn too_large(loc: &[Step], bound: impl Into<Value> + std::fmt::Display) -> Problem {
    Problem::new("less_than_equal", loc, format!("Input should be at most {bound}")).with_bound("le", bound)
}
