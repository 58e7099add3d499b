//! The answers of the server are the ones described: their statuses, their fields, all of them and no other.

use std::fs;

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::{Value, json};

use super::{Atlas, Description, Operation, fixture};

const DOCUMENT: &str = "atlas:/openapi.json";

/// Checks JSON against the schemas of a description.
struct Validator {
    compiler: Compiler,
    schemas: Schemas,
}

impl Validator {
    fn new(mut document: Value) -> Self {
        close(&mut document, false);
        let mut compiler = Compiler::new();
        compiler.add_resource(DOCUMENT, document).unwrap();
        Self { compiler, schemas: Schemas::new() }
    }

    fn check(&mut self, pointer: &str, value: &Value) -> Result<(), String> {
        let index: SchemaIndex = self.compiler.compile(&format!("{DOCUMENT}#{pointer}"), &mut self.schemas).unwrap();
        self.schemas.validate(value, index).map_err(|error| error.to_string())
    }
}

/// Refuses fields that are not described: schemas are open otherwise. The parts of an `allOf` stay so, they complete each other.
fn close(schema: &mut Value, is_part: bool) {
    match schema {
        Value::Object(object) => {
            if object.contains_key("$ref") && !is_part {
                object.insert("unevaluatedProperties".to_owned(), false.into());
            }
            object.iter_mut().for_each(|(name, value)| match value {
                Value::Array(parts) if name == "allOf" => parts.iter_mut().for_each(|part| close(part, true)),
                value => close(value, false),
            });
        }
        Value::Array(items) => items.iter_mut().for_each(|item| close(item, false)),
        _ => {}
    }
}

impl Description {
    /// The operation that a request is of: of several that fit, the one with the fewest parameters in its address.
    fn operation_of(&self, method: &str, path: &str) -> Option<Operation<'_>> {
        let fits = |template: &str| {
            let (parts, segments): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
            parts.len() == segments.len() && parts.iter().zip(&segments).all(|(part, segment)| part == segment || part.starts_with('{'))
        };
        let fitting = self.operations().into_iter().filter(|operation| operation.method == method && fits(operation.path));
        fitting.min_by_key(|operation| operation.path.matches('{').count())
    }
}

#[test]
fn the_description_is_valid_openapi() {
    let schema: Value = serde_json::from_str(&fs::read_to_string(fixture("openapi-3.1.json")).unwrap()).unwrap();
    let mut compiler = Compiler::new();
    compiler.add_resource("openapi:/3.1", schema).unwrap();
    let mut schemas = Schemas::new();
    let index = compiler.compile("openapi:/3.1", &mut schemas).unwrap();
    let description = Atlas::empty().description().0;
    schemas.validate(&description, index).unwrap_or_else(|error| panic!("{error:#}"));
    let broken = json!({ "openapi": "3.1.0", "info": { "title": "CatAtlas" }, "paths": {} });
    assert!(schemas.validate(&broken, index).is_err(), "a document without a version passed");
}

#[test]
fn recorded_requests_are_answered_as_described() {
    let atlas = Atlas::on(Some(&fixture("golden/before.db")));
    let description = atlas.description();
    let mut validator = Validator::new(description.0.clone());
    let (mut wrong, mut checked) = (Vec::new(), 0);
    for line in fs::read_to_string(fixture("golden/requests.jsonl")).unwrap().lines() {
        let request: Value = serde_json::from_str(line).unwrap();
        let (method, path) = (request["method"].as_str().unwrap(), request["path"].as_str().unwrap());
        let Some(operation) = description.operation_of(method, path) else { continue };
        let address = request["query"].as_str().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
        let (status, answer) = atlas.ask(method, &address, Some(&request["json"]).filter(|json| !json.is_null()));
        checked += 1;
        let at = format!("/paths/{}/{}/responses/{status}", operation.path.replace('/', "~1"), method.to_lowercase(), status = status.code);
        match description.0.pointer(&at) {
            None => wrong.push(format!("{method} {address}: {status} is not described")),
            Some(described) if described["content"].is_null() && answer.is_null() => {}
            Some(_) => {
                let checked = validator.check(&format!("{at}/content/application~1json/schema"), &answer);
                wrong.extend(checked.err().map(|error| format!("{method} {address}: {error}")));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {checked}:\n{}", wrong.len(), wrong[..wrong.len().min(10)].join("\n"));
    assert!(checked > 1000, "only {checked} requests");
}

#[test]
fn an_answer_that_is_not_as_described_is_found() {
    let mut validator = Validator::new(Atlas::empty().description().0);
    let mut cat = json!({ "id": 1, "name": null, "createdAt": "2026-01-10T22:27:08.252643Z" });
    let mut check = |cat: &Value| validator.check("/paths/~1cats/post/responses/200/content/application~1json/schema", cat).is_ok();
    assert!(check(&cat));
    cat["id"] = "1".into();
    assert!(!check(&cat), "a wrong type");
    cat["id"] = 1.into();
    cat["secret"] = 1.into();
    assert!(!check(&cat), "a field that is not described");
    assert!(!check(&json!({ "id": 1 })), "a field that is missing");
}
