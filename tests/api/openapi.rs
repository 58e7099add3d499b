//! `/openapi.json` is true: it describes every route there is, as the predecessor's description has it, and the server keeps to it.

mod answers;
mod bounds;
mod predecessor;

use std::fs;
use std::path::Path;

use catatlas::auth::tokens::Signer;
use catatlas::domain::accounts::{Access, Role};
use catatlas::http::Gate;
use catatlas::store::{Db, file};
use jiff::Timestamp;
use rocket::http::{Header, Method, Status};
use rocket::local::blocking::Client;
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use crate::server;

/// Routes that answer pages, documents and what browsers ask first, not JSON of the API.
const PAGES: [&str; 15] = [
    "/<_..>",
    "/",
    "/docs",
    "/favicon.ico",
    "/manifest.webmanifest",
    "/metrics",
    "/openapi.json",
    "/robots.txt",
    "/static/<_..>",
    "/map",
    "/sign-in",
    "/register",
    "/set-up",
    "/account",
    "/admin",
];

/// The server in this process, on a copy of a database or on an empty one.
struct Atlas {
    client: Client,
    /// An admin's, who may ask everything.
    token: String,
    _folder: TempDir,
}

impl Atlas {
    fn on(database: Option<&Path>) -> Self {
        // Before Rocket does, which would print every request: a logger that is silent, and only once.
        let _ = fern::Dispatch::new().apply();
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("atlas.db");
        if let Some(database) = database {
            fs::copy(database, &path).unwrap();
        }
        let prepared = file::prepare(&path, Timestamp::UNIX_EPOCH).unwrap();
        let (db, signer) = (Db::open(&prepared.file, 1).unwrap(), Signer::new("the secret of this test"));
        let (_, token) = rocket::execute(server::account(&db, &signer, "ada", Role::Admin));
        let client = Client::untracked(server::on(db, Gate::new(Access::Open, signer))).unwrap();
        Self { client, token, _folder: folder }
    }

    fn empty() -> Self {
        Self::on(None)
    }

    /// Status and JSON of an answer; null where there is no body.
    fn ask(&self, method: &str, address: &str, body: Option<&Value>) -> (Status, Value) {
        // Whoever signs out could ask no more.
        let token = if address.contains("/logout") { "none" } else { &self.token };
        let authorization = Header::new("Authorization", format!("Bearer {token}"));
        let request = self.client.req(method.parse::<Method>().unwrap(), address.to_owned()).header(authorization);
        let request = body.iter().fold(request, |request, body| request.header(rocket::http::ContentType::JSON).body(body.to_string()));
        let answer = request.dispatch();
        let (status, text) = (answer.status(), answer.into_string().unwrap_or_default());
        (status, if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap_or_else(|_| panic!("{address}: {text}")) })
    }

    fn description(&self) -> Description {
        Description(self.ask("GET", "/openapi.json", None).1)
    }
}

/// The description of an API.
struct Description(Value);

/// One operation of a document.
struct Operation<'d> {
    method: String,
    path: &'d str,
    said: &'d Value,
}

impl Description {
    fn operations(&self) -> Vec<Operation<'_>> {
        let paths = self.0["paths"].as_object().unwrap().iter();
        let operation = |path, (method, said): (&String, _)| Operation { method: method.to_uppercase(), path, said };
        paths.flat_map(|(path, item)| item.as_object().unwrap().iter().map(move |pair| operation(path, pair))).collect()
    }

    /// A schema with what it refers to put in its place, and a nullable type told in one way: `{"type": T, "nullable": true}`.
    fn resolved(&self, schema: &Value) -> Value {
        if let Some(name) = schema["$ref"].as_str() {
            return self.resolved(self.0.pointer(name.strip_prefix('#').unwrap()).unwrap_or_else(|| panic!("{name} is nowhere")));
        }
        if let Some(parts) = schema["allOf"].as_array() {
            let parts: Vec<Value> = parts.iter().map(|part| self.resolved(part)).collect();
            let properties: Map<_, _> = parts.iter().flat_map(|part| part["properties"].as_object().unwrap().clone()).collect();
            let required: Vec<_> = parts.iter().flat_map(|part| part["required"].as_array().cloned().unwrap_or_default()).collect();
            return json!({ "type": "object", "properties": properties, "required": required });
        }
        if let Some([one, Value::Object(null)]) = schema["anyOf"].as_array().map(Vec::as_slice)
            && null["type"] == "null"
        {
            let mut resolved = self.resolved(one);
            resolved["nullable"] = true.into();
            return resolved;
        }
        let mut resolved = schema.clone();
        if let Some([one, null]) = schema["type"].as_array().map(Vec::as_slice)
            && null == "null"
        {
            resolved["type"] = one.clone();
            resolved["nullable"] = true.into();
        }
        if let Some(items) = resolved.get_mut("items") {
            *items = self.resolved(items);
        }
        for property in resolved.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten().map(|(_, property)| property) {
            *property = self.resolved(property);
        }
        resolved
    }
}

impl Operation<'_> {
    fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    fn parameters(&self) -> &[Value] {
        self.said["parameters"].as_array().map_or(&[], Vec::as_slice)
    }

    /// The schema of its JSON body, if it takes one.
    fn body(&self) -> Option<&Value> {
        self.said.pointer("/requestBody/content/application~1json/schema")
    }

    /// The schema of its form, if it takes one.
    fn form(&self) -> Option<&Value> {
        self.said.pointer("/requestBody/content/multipart~1form-data/schema")
    }
}

fn fixture(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

#[test]
fn every_route_is_described_and_nothing_else() {
    let atlas = Atlas::empty();
    let routes = atlas.client.rocket().routes().filter(|route| !PAGES.contains(&route.uri.path()));
    let mut mounted: Vec<String> =
        routes.map(|route| format!("{} {}", route.method, route.uri.path().replace('<', "{").replace('>', "}"))).collect();
    let description = atlas.description();
    let mut described: Vec<String> = description.operations().iter().map(Operation::name).collect();
    mounted.sort();
    described.sort();
    assert_eq!(described, mounted);
}

#[test]
fn every_operation_has_an_id_of_its_own_a_tag_that_is_explained_and_a_summary() {
    let description = Atlas::empty().description();
    let tags: Vec<&str> = description.0["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
    let mut ids = std::collections::HashSet::new();
    for operation in description.operations() {
        let text = |at: &str| operation.said.pointer(at).and_then(Value::as_str).unwrap_or_else(|| panic!("{}: {at}", operation.name()));
        assert!(ids.insert(text("/operationId")), "{} shares its id", operation.name());
        assert!(tags.contains(&text("/tags/0")), "{} has a tag that is not explained", operation.name());
        assert!(!text("/summary").is_empty(), "{} has no summary", operation.name());
    }
}

#[test]
fn the_version_told_is_the_contracts() {
    assert_eq!(Atlas::empty().description().0["info"]["version"], "1.0.0");
}
