//! Reads what people send as a JSON object, field by field: types, bounds, and every problem at once.

use serde_json::{Map, Value};

use super::invalid::{Invalid, Problem, Step};
use super::query::{self, not_whole};
use super::text;
use super::whole::Whole;

/// Something that people send: untrusted, read field by field in the order of its schema.
pub trait Draft: Sized {
    /// Problems go to `fields`; what is returned beside one is not to be used.
    fn read(fields: &mut Fields<'_>) -> Self;
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

    fn text(&mut self, name: &'static str, sent: &Value, max: usize) -> String {
        let Value::String(written) = sent else {
            self.refuse(Problem::new("string_type", &loc(name), "Input should be text").with_input(sent));
            return String::new();
        };
        // Bytes are never fewer than code points: most text needs no counting.
        if written.len() > max && text::length(written) > max {
            let msg = format!("Text should have at most {max} characters");
            self.refuse(Problem::new("string_too_long", &loc(name), msg).with_input(sent).with_bound("max_length", max));
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
            (None, Some(sent)) => {
                let expected = words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
                self.refuse(Problem::new("literal_error", &loc(name), format!("Input should be one of: {expected}")).with_input(sent));
            }
        }
        None
    }

    /// A required list of at least one whole number, of any size, as numbers or text.
    pub fn wholes(&mut self, name: &'static str) -> Vec<Whole> {
        match self.object.get(name) {
            None => self.refuse(Problem::new("missing", &loc(name), "Field required")),
            Some(Value::Array(items)) if items.is_empty() => {
                self.refuse(Problem::new("too_short", &loc(name), "List should have at least 1 item").with_bound("min_length", 1));
            }
            Some(Value::Array(items)) => {
                let mut read = Vec::with_capacity(items.len());
                for (index, item) in items.iter().enumerate() {
                    match whole(item, &[Step::Name("body"), Step::Name(name), Step::Index(index)]) {
                        Ok(number) => read.push(number),
                        Err(problem) => self.refuse(*problem),
                    }
                }
                return read;
            }
            Some(sent) => self.refuse(Problem::new("list_type", &loc(name), "Input should be a list").with_input(sent)),
        }
        Vec::new()
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
