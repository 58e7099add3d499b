//! One answer of the program, and what can be said of it.

use serde_json::{Value, json};

#[derive(Debug, Clone)]
pub struct Answer {
    /// Method and path, for messages.
    pub request: String,
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}: {}", self.request, self.start());
        self
    }

    /// The start of the body, for messages.
    pub fn start(&self) -> String {
        String::from_utf8_lossy(&self.body).chars().take(2000).collect()
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{}: {error}: {}", self.request, self.start()))
    }

    #[track_caller]
    pub fn id(&self) -> i64 {
        self.json()["id"].as_i64().unwrap_or_else(|| panic!("{}: no id in {}", self.request, self.start()))
    }

    /// The `id` (or another field) of each row of a list, or of the list under `list`.
    #[track_caller]
    pub fn ids(&self) -> Vec<i64> {
        self.json().as_array().expect("a list").iter().map(|row| row["id"].as_i64().expect("an id")).collect()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// All values of a header, in order.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.headers.iter().filter(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str()).collect()
    }

    /// The number in a header.
    #[track_caller]
    pub fn number(&self, name: &str) -> u64 {
        let value = self.header(name).unwrap_or_else(|| panic!("{}: no {name} in {:?}", self.request, self.headers));
        value.parse().unwrap_or_else(|error| panic!("{}: {name}: {value}: {error}", self.request))
    }

    /// The path and query of `Link: <...>; rel="next"`.
    pub fn next(&self) -> Option<String> {
        let link = self.header("link")?.split(',').find(|link| link.contains("rel=\"next\""))?;
        let target = link.trim().strip_prefix('<')?.split_once('>')?.0;
        let path = target.strip_prefix("http://").map_or(target, |rest| &rest[rest.find('/').unwrap_or(rest.len())..]);
        Some(path.to_owned())
    }

    /// An error body as documented: `detail` a sentence, an object or a list of problems, and a `request_id`.
    #[track_caller]
    pub fn in_error_shape(self) -> Self {
        if let Some(fault) = self.fault() {
            panic!("{}: {} {fault}: {}", self.request, self.status, self.start());
        }
        self
    }

    /// What is wrong with this as an error answer, if anything.
    pub fn fault(&self) -> Option<&'static str> {
        if !(400..500).contains(&self.status) {
            return Some("is not a refusal");
        }
        if !self.header("content-type").is_some_and(|kind| kind.starts_with("application/json")) {
            return Some("is not application/json");
        }
        let Ok(body) = serde_json::from_slice::<Value>(&self.body) else { return Some("is not JSON") };
        if body["request_id"].as_str().is_none_or(str::is_empty) {
            return Some("has no request_id");
        }
        let is_said = |value: &Value| value.as_str().is_some_and(|sentence| !sentence.is_empty());
        let detail = &body["detail"];
        let documented = match detail {
            Value::Object(fields) => {
                is_said(&detail["code"]) && is_said(&detail["message"]) && fields.get("retryable").is_some_and(Value::is_boolean)
            }
            Value::Array(problems) => {
                !problems.is_empty() && problems.iter().all(|one| is_said(&one["type"]) && is_said(&one["msg"]) && one["loc"].is_array())
            }
            sentence => is_said(sentence),
        };
        (!documented).then_some("has no documented detail")
    }

    /// A refusal in the object form, with this code.
    #[track_caller]
    pub fn has_code(self, code: &str) -> Self {
        let answer = self.in_error_shape();
        assert_eq!(answer.json()["detail"]["code"], code, "{}: {}", answer.request, answer.start());
        answer
    }

    /// A 422 with exactly these problems in this order, as [`problem`] and [`problem_at`] write them.
    #[track_caller]
    pub fn names(self, expected: &[Value]) -> Self {
        let answer = self.is(422).in_error_shape();
        let body = answer.json();
        let found: Vec<Value> =
            body["detail"].as_array().expect("a list of problems").iter().map(|one| json!([one["type"], one["loc"]])).collect();
        assert_eq!(found, expected, "{}: {}", answer.request, answer.start());
        answer
    }

    /// The first problem of a 422.
    #[track_caller]
    pub fn first_problem(&self) -> Value {
        self.json()["detail"][0].clone()
    }
}

/// A problem with a part of a request: its type, `body`, `query` or `path`, and the field.
pub fn problem(kind: &str, part: &str, field: &str) -> Value {
    json!([kind, [part, field]])
}

/// A problem with one item of a list in the body.
pub fn problem_at(kind: &str, field: &str, index: usize) -> Value {
    json!([kind, ["body", field, index]])
}
