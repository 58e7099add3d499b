//! What is wrong with a request, every problem at once.

use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::text;

/// How much of what was sent is echoed, in code points.
const ECHOED: usize = 100;

/// One step of the way to a value: a part of the request, a field, or the index of a list item.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Step {
    Name(&'static str),
    Index(usize),
}

/// One problem with one value.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Problem {
    /// What kind of problem, in a word that programs can know.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The way to the value: `body`, `query` or `path`, then its name, then the index in a list.
    pub loc: Vec<Step>,
    /// The same for people.
    pub msg: String,
    /// What was sent, cut to 100 characters; left out where it was a list or an object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<Value>,
    /// The bound that was broken, by its name.
    #[schema(value_type = Option<Object>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ctx: Option<Value>,
}

impl Problem {
    pub fn new(kind: &'static str, loc: &[Step], msg: impl Into<String>) -> Self {
        Self { kind, loc: loc.to_vec(), msg: msg.into(), input: None, ctx: None }
    }

    /// Echoes what was sent: strings and numbers cut short, objects and lists not at all.
    #[must_use]
    pub fn with_input(mut self, input: &Value) -> Self {
        self.input = match input {
            Value::String(sent) => Some(Value::from(text::first(sent, ECHOED))),
            Value::Number(sent) if sent.as_str().len() > ECHOED => Some(Value::from(text::first(sent.as_str(), ECHOED))),
            Value::Object(_) | Value::Array(_) => None,
            other => Some(other.clone()),
        };
        self
    }

    #[must_use]
    pub fn with_bound(mut self, name: &'static str, bound: impl Into<Value>) -> Self {
        self.ctx = Some(json!({ name: bound.into() }));
        self
    }
}

/// The problems found so far: path first, then query, then body.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Invalid {
    problems: Vec<Problem>,
}

impl Invalid {
    pub fn add(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Adds the problems with a secret, without what was sent.
    pub fn add_secret(&mut self, found: Self) {
        self.problems.extend(found.problems.into_iter().map(|problem| Problem { input: None, ..problem }));
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.problems.is_empty()
    }

    /// `Err` with every problem, if there is one.
    pub fn check(self) -> Result<(), Self> {
        if self.is_empty() { Ok(()) } else { Err(self) }
    }

    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl From<Problem> for Invalid {
    fn from(problem: Problem) -> Self {
        Self { problems: vec![problem] }
    }
}
