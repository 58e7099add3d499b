//! Reads what people send as a JSON object, field by field: types, bounds, and every problem at once.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use super::geo::Point;
use super::invalid::{Invalid, Problem, Step};
use super::query::{self, not_whole, too_large, too_small};
use super::text;
use super::whole::Whole;

/// Something that people send: untrusted, read field by field in the order of its schema.
pub trait Draft: Sized {
    /// Problems go to `fields`; what is returned beside one is not to be used.
    fn read(fields: &mut Fields<'_>) -> Self;
}

/// What becomes of a field that may be changed: absent, null, or sent.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub enum Change<T> {
    #[default]
    Keep,
    Clear,
    Set(T),
}

impl<T> Change<T> {
    /// What becomes of a value.
    pub fn of(self, old: Option<T>) -> Option<T> {
        match self {
            Self::Keep => old,
            Self::Clear => None,
            Self::Set(new) => Some(new),
        }
    }

    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Change<U> {
        match self {
            Self::Keep => Change::Keep,
            Self::Clear => Change::Clear,
            Self::Set(new) => Change::Set(change(new)),
        }
    }
}

/// The fields of a body. Unknown ones are ignored.
#[derive(Debug)]
pub struct Fields<'f> {
    object: &'f Map<String, Value>,
    invalid: &'f mut Invalid,
}

impl<'f> Fields<'f> {
    pub fn new(object: &'f Map<String, Value>, invalid: &'f mut Invalid) -> Self {
        Self { object, invalid }
    }

    /// Whether a field was sent at all, null included.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.object.contains_key(name)
    }

    /// Whether a field was sent with a value.
    #[must_use]
    pub fn is_set(&self, name: &str) -> bool {
        self.object.get(name).is_some_and(|sent| !sent.is_null())
    }

    /// Text of 1 to `max` code points.
    pub fn required_text(&mut self, name: &'static str, max: usize) -> String {
        match self.object.get(name) {
            None => self.refuse(Problem::new("missing", &loc(name), "Field required")),
            Some(Value::String(sent)) if sent.is_empty() => self.refuse(too_short(name, sent)),
            Some(sent) => return self.text(name, sent, max),
        }
        String::new()
    }

    /// Text of at most `max` code points; null is as good as absent.
    pub fn optional_text(&mut self, name: &'static str, max: usize) -> Option<String> {
        match self.object.get(name)? {
            Value::Null => None,
            sent => Some(self.text(name, sent, max)),
        }
    }

    /// As [`Fields::required_text`], for what must not be echoed.
    pub fn secret_text(&mut self, name: &'static str, max: usize) -> String {
        self.unseen(|fields| fields.required_text(name, max))
    }

    /// As [`Fields::optional_text`], for what must not be echoed. What is empty was not sent.
    pub fn optional_secret(&mut self, name: &'static str, max: usize) -> Option<String> {
        self.unseen(|fields| fields.optional_text(name, max)).filter(|sent| !sent.is_empty())
    }

    fn unseen<T>(&mut self, read: impl FnOnce(&mut Fields<'_>) -> T) -> T {
        let mut found = Invalid::default();
        let value = read(&mut Fields::new(self.object, &mut found));
        self.invalid.add_secret(found);
        value
    }

    fn text(&mut self, name: &'static str, sent: &Value, max: usize) -> String {
        let Value::String(written) = sent else {
            self.refuse(Problem::new("string_type", &loc(name), "Input should be text").with_input(sent));
            return String::new();
        };
        // Bytes are never fewer than code points: most text needs no counting.
        if written.len() > max && text::length(written) > max {
            self.refuse(too_long(name, written, max));
            return String::new();
        }
        written.clone()
    }

    /// Yes or no of a form, in the spellings that the query of an address may have; absent, null and blank are no.
    pub fn flag(&mut self, name: &'static str) -> bool {
        let written = match self.object.get(name) {
            None | Some(Value::Null) => return false,
            Some(Value::Bool(flag)) => return *flag,
            Some(sent) => sent,
        };
        let word = written.as_str().map(text::trim);
        if word == Some("") {
            return false;
        }
        word.and_then(query::flag).unwrap_or_else(|| {
            self.refuse(Problem::new("bool_parsing", &loc(name), "Input should be true or false").with_input(written));
            false
        })
    }

    /// A required field that is exactly one of these words.
    pub fn literal<T: Copy>(&mut self, name: &'static str, words: &[(&str, T)]) -> Option<T> {
        let sent = self.object.get(name);
        let found = sent.and_then(Value::as_str).and_then(|sent| words.iter().find(|(word, _)| *word == sent));
        match (found, sent) {
            (Some((_, meant)), _) => return Some(*meant),
            (None, None) => self.refuse(Problem::new("missing", &loc(name), "Field required")),
            (None, Some(sent)) => self.refuse(unlike(words, &loc(name), sent)),
        }
        None
    }

    /// A required list of at least one of these words, each once however often it was sent.
    pub fn literals<T: Copy + PartialEq>(&mut self, name: &'static str, words: &[(&str, T)]) -> Vec<T> {
        let mut meant = Vec::new();
        for (index, item) in self.list(name).iter().enumerate() {
            match words.iter().find(|(word, _)| item.as_str() == Some(word)) {
                Some((_, found)) if meant.contains(found) => {}
                Some((_, found)) => meant.push(*found),
                None => self.refuse(unlike(words, &[Step::Name("body"), Step::Name(name), Step::Index(index)], item)),
            }
        }
        meant
    }

    /// A whole number within bounds; the default where it is absent or null.
    pub fn optional_int(&mut self, name: &'static str, bounds: RangeInclusive<i64>, default: i64) -> i64 {
        let Some(sent) = self.object.get(name).filter(|sent| !sent.is_null()) else { return default };
        let (low, high) = bounds.into_inner();
        match whole(sent, &loc(name)) {
            Err(problem) => self.refuse(*problem),
            Ok(number) if number.compare(low).is_lt() => self.refuse(too_small(&loc(name), low).with_input(sent)),
            Ok(number) if number.compare(high).is_gt() => self.refuse(too_large(&loc(name), high).with_input(sent)),
            Ok(number) => return number.clamped(),
        }
        default
    }

    /// Coordinates in degrees, both or neither.
    pub fn point(&mut self, lat: &'static str, lon: &'static str) -> Change<Point> {
        let [north, east] = [(lat, 90.0), (lon, 180.0)].map(|(name, bound)| self.degrees(name, bound));
        let absent = match (north, east) {
            (None, _) | (_, None) | (Some(Change::Keep), Some(Change::Keep)) => return Change::Keep,
            (Some(Change::Clear), Some(Change::Clear)) => return Change::Clear,
            (Some(Change::Set(lat)), Some(Change::Set(lon))) => return Change::Set(Point { lat, lon }),
            (_, Some(Change::Set(_))) | (Some(Change::Keep), _) => lat,
            _ => lon,
        };
        self.refuse(Problem::new("missing", &loc(absent), "Latitude and longitude go together: send both or neither"));
        Change::Keep
    }

    /// A number of degrees; none where there is a problem with it.
    fn degrees(&mut self, name: &'static str, bound: f64) -> Option<Change<f64>> {
        let problem = match self.object.get(name) {
            None => return Some(Change::Keep),
            Some(Value::Null) => return Some(Change::Clear),
            Some(sent @ Value::Number(number)) => match number.as_f64() {
                Some(degrees) if degrees < -bound => too_small(&loc(name), -bound).with_input(sent),
                Some(degrees) if degrees > bound => too_large(&loc(name), bound).with_input(sent),
                Some(degrees) => return Some(Change::Set(degrees)),
                None => Problem::new("finite_number", &loc(name), "Input should be a finite number").with_input(sent),
            },
            Some(sent) => Problem::new("float_type", &loc(name), "Input should be a number").with_input(sent),
        };
        self.refuse(problem);
        None
    }

    /// A required list of at least one whole number, of any size, as numbers or text.
    pub fn wholes(&mut self, name: &'static str) -> Vec<Whole> {
        let items = self.list(name);
        let mut read = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            match whole(item, &[Step::Name("body"), Step::Name(name), Step::Index(index)]) {
                Ok(number) => read.push(number),
                Err(problem) => self.refuse(*problem),
            }
        }
        read
    }

    /// A required list of at least one item; empty beside a problem.
    fn list(&mut self, name: &'static str) -> &'f [Value] {
        match self.object.get(name) {
            None => self.refuse(Problem::new("missing", &loc(name), "Field required")),
            Some(Value::Array(items)) if items.is_empty() => {
                self.refuse(Problem::new("too_short", &loc(name), "List should have at least 1 item").with_bound("min_length", 1));
            }
            Some(Value::Array(items)) => return items,
            Some(sent) => self.refuse(Problem::new("list_type", &loc(name), "Input should be a list").with_input(sent)),
        }
        &[]
    }

    /// Adds a problem that only the draft itself can see.
    pub fn refuse(&mut self, problem: Problem) {
        self.invalid.add(problem);
    }
}

/// Where a field of the body is.
#[must_use]
pub fn loc(name: &'static str) -> [Step; 2] {
    [Step::Name("body"), Step::Name(name)]
}

/// The problem of a required text that is empty or blank.
#[must_use]
pub fn too_short(name: &'static str, sent: &str) -> Problem {
    Problem::new("string_too_short", &loc(name), "Text should have at least 1 character")
        .with_input(&Value::from(sent))
        .with_bound("min_length", 1)
}

#[must_use]
pub fn too_long(name: &'static str, sent: &str, max: usize) -> Problem {
    let msg = format!("Text should have at most {max} characters");
    Problem::new("string_too_long", &loc(name), msg).with_input(&Value::from(sent)).with_bound("max_length", max)
}

fn unlike<T>(words: &[(&str, T)], loc: &[Step], sent: &Value) -> Problem {
    let expected = words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
    Problem::new("literal_error", loc, format!("Input should be one of: {expected}")).with_input(sent)
}

fn whole(item: &Value, loc: &[Step]) -> Result<Whole, Box<Problem>> {
    match item {
        Value::String(written) => Whole::parse(written).ok_or_else(|| not_whole(loc, written).into()),
        Value::Number(number) => match Whole::parse(number.as_str()) {
            Some(whole) => Ok(whole),
            None => Err(Problem::new("int_from_float", loc, "Input should be a whole number, without a fraction").with_input(item).into()),
        },
        _ => Err(Problem::new("int_type", loc, "Input should be a whole number").with_input(item).into()),
    }
}
