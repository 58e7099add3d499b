//! The server accepts what the description allows, to the last number and character, and refuses what is one beyond.

use serde_json::{Map, Value, json};

use super::{Atlas, Operation};

impl Operation<'_> {
    /// Its address, with ids that nothing has.
    fn address(&self, query: &[(&str, String)]) -> String {
        let path = self
            .path
            .replace("{entry_id}", "1")
            .replace("{cat_id}", "1")
            .replace("{comment_id}", "1")
            .replace("{other_id}", "1")
            .replace("{session_id}", "9")
            .replace("{token_id}", "9")
            .replace("{account_id}", "9");
        let pairs: Vec<String> = query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        format!("{path}?{}", pairs.join("&"))
    }

    /// A query that has what is required, and one parameter with this value.
    fn query<'q>(&'q self, name: &'q str, value: String) -> Vec<(&'q str, String)> {
        let parameters = self.parameters().iter().filter(|other| other["in"] == "query" && other["required"] == true);
        let required = parameters.map(|other| (other["name"].as_str().unwrap(), "1".to_owned()));
        required.filter(|(other, _)| *other != name).chain([(name, value)]).collect()
    }

    /// The type of the problem that the server has with a part of a request; empty if it has none.
    fn problem(&self, atlas: &Atlas, query: &[(&str, String)], body: Option<&Value>, loc: &Value) -> String {
        let (status, answer) = atlas.ask(&self.method, &self.address(query), body);
        assert!(status.code < 500, "{}: {answer}", self.name());
        let mut problems = answer["detail"].as_array().into_iter().flatten();
        problems.find(|problem| problem["loc"] == *loc).map_or_else(String::new, |problem| problem["type"].as_str().unwrap().to_owned())
    }
}

/// A body with the least that a schema asks for.
fn least(schema: &Value) -> Map<String, Value> {
    let required = schema["required"].as_array().into_iter().flatten().map(|name| name.as_str().unwrap());
    required.map(|name| (name.to_owned(), value_of(&schema["properties"][name]))).collect()
}

fn value_of(schema: &Value) -> Value {
    match (&schema["enum"], schema["type"].as_str().unwrap()) {
        (Value::Array(words), _) => words[0].clone(),
        (_, "string") => json!("x"),
        (_, "array") => json!([1]),
        (_, other) => panic!("no value for {other}"),
    }
}

/// A number one beyond a bound, and the bound itself.
fn around(bound: &Value, step: i64) -> (String, String) {
    (format!("{}", bound.as_i64().unwrap() + step), bound.to_string())
}

#[test]
fn parameters_are_bounded_as_described() {
    let atlas = Atlas::empty();
    let description = atlas.description();
    let mut tried = 0;
    for operation in description.operations() {
        for parameter in operation.parameters().iter().filter(|parameter| parameter["in"] == "query") {
            let name = parameter["name"].as_str().unwrap();
            let problem = |value: String| operation.problem(&atlas, &operation.query(name, value), None, &json!(["query", name]));
            for (bound, step, kind) in [("minimum", -1, "greater_than_equal"), ("maximum", 1, "less_than_equal")] {
                if parameter["schema"][bound].is_null() {
                    continue;
                }
                let (beyond, within) = around(&parameter["schema"][bound], step);
                assert_eq!((problem(beyond).as_str(), problem(within).as_str()), (kind, ""), "{} {name} {bound}", operation.name());
                tried += 1;
            }
            let wrong = match parameter["schema"]["type"].as_str().unwrap() {
                "integer" => "int_parsing",
                "number" => "float_parsing",
                "boolean" => "bool_parsing",
                _ => continue,
            };
            assert_eq!(problem("purple".to_owned()), wrong, "{} {name}", operation.name());
        }
    }
    assert!(tried > 30, "only {tried} bounds");
}

#[test]
fn ids_in_an_address_are_whole_numbers() {
    let atlas = Atlas::empty();
    for operation in atlas.description().operations() {
        for parameter in
            operation.parameters().iter().filter(|parameter| parameter["in"] == "path" && parameter["schema"]["type"] == "integer")
        {
            let name = parameter["name"].as_str().unwrap();
            let address = operation.path.replace(&format!("{{{name}}}"), "purple").replace(['{', '}'], "");
            let (_, answer) = atlas.ask(&operation.method, &address, None);
            let problems = answer["detail"].as_array().unwrap();
            assert!(problems.iter().any(|problem| problem["loc"] == json!(["path", name])), "{}: {answer}", operation.name());
        }
    }
}

#[test]
fn what_is_required_is_missed() {
    let atlas = Atlas::empty();
    let description = atlas.description();
    let mut tried = 0;
    for operation in description.operations() {
        let body = operation.body().map(|schema| description.resolved(schema));
        let fields = body.iter().flat_map(|schema| schema["required"].as_array().into_iter().flatten());
        let parameters = operation.parameters().iter().filter(|parameter| parameter["in"] == "query" && parameter["required"] == true);
        for loc in fields.map(|name| json!(["body", name])).chain(parameters.map(|parameter| json!(["query", parameter["name"]]))) {
            assert_eq!(operation.problem(&atlas, &[], Some(&json!({})), &loc), "missing", "{} {loc}", operation.name());
            tried += 1;
        }
    }
    assert!(tried >= 10, "only {tried} of them");
}

#[test]
fn fields_are_bounded_as_described() {
    let atlas = Atlas::empty();
    let description = atlas.description();
    let mut tried = 0;
    for operation in description.operations() {
        let Some(schema) = operation.body().map(|schema| description.resolved(schema)) else { continue };
        for (name, field) in schema["properties"].as_object().unwrap() {
            let problem = |value: Value| {
                let mut body = least(&schema);
                body.insert(name.clone(), value);
                operation.problem(&atlas, &[], Some(&body.into()), &json!(["body", name]))
            };
            let null = if field["nullable"] == true { "" } else { "refused" };
            assert_eq!(problem(Value::Null).is_empty(), null.is_empty(), "{} {name} null", operation.name());
            if let Some(most) = field["maxLength"].as_u64().map(|most| usize::try_from(most).unwrap()) {
                // Of two bytes each, and an address of the web for those that have to be one.
                let long = |length: usize| json!(format!("https://a/{}", "é".repeat(length - 10)));
                assert_eq!(problem(long(most + 1)), "string_too_long", "{} {name}", operation.name());
                if field["pattern"].is_null() {
                    assert_eq!(problem(long(most)), "", "{} {name}", operation.name());
                }
                tried += 1;
            }
            if field["minLength"] == 1 {
                assert_eq!(problem(json!("")), "string_too_short", "{} {name}", operation.name());
            }
            if field["minItems"] == 1 {
                assert_eq!((problem(json!([])).as_str(), problem(json!([1])).as_str()), ("too_short", ""), "{} {name}", operation.name());
            }
            if field["type"] == "string" {
                assert!(!problem(json!(1)).is_empty(), "{} {name} takes a number", operation.name());
            }
        }
    }
    assert!(tried >= 14, "only {tried} bounds");
}
