//! Clients made from the predecessor's description go on working: it takes what it took, and answers what it answered.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};

use super::{Atlas, Description, Operation, fixture};

/// What differs on purpose.
const MEANT: [&str; 1] = ["PATCH /cats/{cat_id} body.name: maxLength was null and is 100"];

/// What says which input is accepted.
const BOUNDS: [&str; 9] = ["type", "nullable", "enum", "default", "minimum", "maximum", "minLength", "maxLength", "minItems"];

fn predecessor() -> Description {
    Description(serde_json::from_str(&fs::read_to_string(fixture("api.json")).unwrap()).unwrap())
}

/// Both descriptions, and what differs.
struct Comparison<'d> {
    old: &'d Description,
    new: &'d Description,
    differences: Vec<String>,
}

impl Comparison<'_> {
    fn operation(&mut self, old: &Operation<'_>, new: &Operation<'_>) {
        for parameter in old.parameters() {
            let at = format!("{} {} {}", old.name(), parameter["in"], parameter["name"]);
            match new.parameters().iter().find(|other| other["name"] == parameter["name"] && other["in"] == parameter["in"]) {
                Some(other) => {
                    self.equal(&at, "required", &parameter["required"], &other["required"]);
                    self.input(&at, &parameter["schema"], &other["schema"]);
                }
                None => self.differences.push(format!("{at} is gone")),
            }
        }
        match (old.body().or(old.form()), new.body().or(new.form())) {
            (Some(old_body), Some(new_body)) => self.input(&format!("{} body", old.name()), old_body, new_body),
            (old_body, new_body) => self.equal(&old.name(), "body", &json!(old_body), &json!(new_body)),
        }
        let success = |operation: &Operation<'_>| {
            let mut answers = operation.said["responses"].as_object().unwrap().clone().into_iter();
            answers.find(|(status, _)| status.starts_with('2')).unwrap()
        };
        let ((old_status, old_answer), (new_status, new_answer)) = (success(old), success(new));
        self.equal(&old.name(), "status", &old_status.into(), &new_status.into());
        let schema = |answer: &Value| answer.pointer("/content/application~1json/schema").cloned().unwrap_or_default();
        self.output(&format!("{} answer", old.name()), &schema(&old_answer), &schema(&new_answer));
    }

    /// Of input every bound is the same, and every field is; there may be more that nobody has to send.
    fn input(&mut self, at: &str, old: &Value, new: &Value) {
        let (old, new) = (self.old.resolved(old), self.new.resolved(new));
        for bound in BOUNDS {
            self.equal(at, bound, &old[bound], &new[bound]);
        }
        let names = |schema: &Value, of: &str| -> BTreeSet<String> {
            match &schema[of] {
                Value::Object(properties) => properties.keys().cloned().collect(),
                names => names.as_array().into_iter().flatten().map(|name| name.as_str().unwrap().to_owned()).collect(),
            }
        };
        self.equal(at, "required", &json!(names(&old, "required")), &json!(names(&new, "required")));
        let gone: BTreeSet<String> = names(&old, "properties").difference(&names(&new, "properties")).cloned().collect();
        self.equal(at, "what is gone", &json!([]), &json!(gone));
        for (name, field) in old["properties"].as_object().into_iter().flatten() {
            self.input(&format!("{at}.{name}"), field, &new["properties"][name]);
        }
        if old["type"] == "array" {
            self.input(&format!("{at}[]"), &old["items"], &new["items"]);
        }
    }

    /// Of output every field is there, of the same type. There may be more.
    fn output(&mut self, at: &str, old: &Value, new: &Value) {
        let (old, new) = (self.old.resolved(old), self.new.resolved(new));
        if old["properties"].is_null() && !old["type"].is_null() {
            self.equal(at, "type", &old["type"], &new["type"]);
            self.equal(at, "nullable", &old["nullable"], &new["nullable"]);
        }
        for (name, field) in old["properties"].as_object().into_iter().flatten() {
            match new["properties"].get(name) {
                Some(other) => self.output(&format!("{at}.{name}"), field, other),
                None => self.differences.push(format!("{at}.{name} is gone")),
            }
        }
        if old["type"] == "array" {
            self.output(&format!("{at}[]"), &old["items"], &new["items"]);
        }
    }

    fn equal(&mut self, at: &str, what: &str, old: &Value, new: &Value) {
        let is_equal = old == new || old.as_f64().is_some_and(|number| new.as_f64() == Some(number));
        if !is_equal {
            self.differences.push(format!("{at}: {what} was {old} and is {new}"));
        }
    }
}

fn differences(old: &Description, new: &Description) -> Vec<String> {
    let mut comparison = Comparison { old, new, differences: Vec::new() };
    for operation in &old.operations() {
        match new.operations().iter().find(|other| other.name() == operation.name()) {
            Some(other) => comparison.operation(operation, other),
            None => comparison.differences.push(format!("{} is gone", operation.name())),
        }
    }
    comparison.differences
}

#[test]
fn what_the_predecessor_described_is_described_alike() {
    assert_eq!(differences(&predecessor(), &Atlas::empty().description()), MEANT);
}

#[test]
fn a_difference_from_the_predecessor_is_found() {
    let planted = |at: &str, value: Value| {
        let mut new = predecessor();
        *new.0.pointer_mut(at).unwrap() = value;
        differences(&predecessor(), &new).len()
    };
    assert_eq!(planted("/info/title", json!("Other")), 0);
    for (at, value) in [
        ("/paths/~1cats", json!({})),
        ("/paths/~1entries~1{entry_id}~1matches/get/parameters/1/schema/maximum", json!(21)),
        ("/paths/~1entries~1{entry_id}~1matches/get/parameters/1/name", json!("k")),
        ("/paths/~1entries~1by-area/get/parameters/0/required", json!(false)),
        ("/components/schemas/EntryCreate/properties/text/minLength", Value::Null),
        ("/components/schemas/EntryCreate/required", json!([])),
        ("/components/schemas/Comment/properties/content", json!({ "type": "integer" })),
        ("/components/schemas/CatStats/properties", json!({})),
    ] {
        assert!(planted(at, value) > 0, "{at}");
    }
}
