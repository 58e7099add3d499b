//! Gathers what a request brings (path, query, body) and every problem with it, in that order.

use rocket::Request;
use rocket::request::{FromParam, FromRequest, Outcome};
use serde_json::Value;

use crate::domain::draft::{Draft, Fields};
use crate::domain::invalid::{Invalid, Problem, Step};
use crate::domain::query::{Query, not_whole};
use crate::domain::whole::Whole;

use super::body::Body;

/// A segment of the path as sent.
#[derive(Debug, Clone, Copy)]
pub struct Segment<'r>(&'r str);

impl<'r> FromParam<'r> for Segment<'r> {
    type Error = std::convert::Infallible;

    fn from_param(segment: &'r str) -> Result<Self, Self::Error> {
        Ok(Self(segment))
    }
}

/// The query string as sent, without its question mark.
#[derive(Debug, Clone, Copy)]
pub struct RawQuery<'r>(pub &'r str);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for RawQuery<'r> {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        Outcome::Success(Self(request.uri().query().map_or("", |query| query.as_str())))
    }
}

/// What has been read so far. Whatever is read beside a problem is not to be used: [`Input::check`] stands before all use.
#[derive(Debug, Default)]
pub struct Input {
    pub invalid: Invalid,
}

impl Input {
    /// An id of the path. The lowest number there is stands for those that no row can have.
    pub fn id(&mut self, name: &'static str, segment: Segment<'_>) -> i64 {
        let number = Whole::parse(segment.0);
        if number.is_none() {
            self.invalid.add(not_whole(&[Step::Name("path"), Step::Name(name)], segment.0));
        }
        number.and_then(|number| number.small()).filter(|id| *id > 0).unwrap_or(i64::MIN)
    }

    /// What `read` takes from the query.
    pub fn query<T>(&mut self, query: RawQuery<'_>, read: impl FnOnce(&Query<'_>, &mut Invalid) -> T) -> T {
        read(&Query::parse(query.0), &mut self.invalid)
    }

    /// The body as a draft.
    pub fn body<T: Draft + Default>(&mut self, body: &Body) -> T {
        let missing = || Problem::new("missing", &[Step::Name("body")], "Field required");
        let problem = match body.json() {
            Ok(Value::Object(object)) => return T::read(&mut Fields::new(&object, &mut self.invalid)),
            Ok(Value::Null) => missing(),
            Ok(other) => Problem::new("model_attributes_type", &[Step::Name("body")], "Input should be a JSON object").with_input(&other),
            Err(problem) => *problem,
        };
        self.invalid.add(problem);
        T::default()
    }

    /// Refuses the request with all its problems, if there is one.
    pub fn check(self) -> Result<(), Invalid> {
        self.invalid.check()
    }
}
