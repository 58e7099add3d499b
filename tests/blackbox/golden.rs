//! Replays the predecessor's recorded answers: same requests, same data, same answers.

use std::fs;

use jiff::Timestamp;
use serde_json::{Number, Value};

use crate::support::{Answer, Atlas, Folder, GOLDEN_DATABASE, copies_and_originals, fixture};

/// How many differing requests a failure spells out.
const SHOWN: usize = 20;

#[test]
fn every_recorded_answer_is_given_again() {
    let folder = Folder::with(GOLDEN_DATABASE);
    folder.migrate(&[]).succeeds();
    let atlas = Atlas::serve(folder);
    let recorded = fs::read_to_string(fixture("golden/requests.jsonl")).unwrap();
    // Answers give microseconds, so the run begins with the one it is in.
    let run = Run { began: Timestamp::from_microsecond(Timestamp::now().as_microsecond()).unwrap() };
    let mut differing = Vec::new();
    let mut replayed = 0;
    for line in recorded.lines() {
        let request: Value = serde_json::from_str(line).unwrap();
        let answer = ask(&atlas, &request);
        if let Err(difference) = run.compare_answers(&request, &answer) {
            differing.push(format!("{}: {difference}", answer.request));
        }
        replayed += 1;
    }
    assert_eq!(replayed, 1166);
    assert!(differing.is_empty(), "{} of {replayed} differ:\n{}", differing.len(), differing[..differing.len().min(SHOWN)].join("\n"));
}

#[test]
fn the_copies_are_the_shared_originals() {
    let Some(pairs) = copies_and_originals() else {
        eprintln!("no shared folder here: nothing to compare the copies with");
        return;
    };
    for (copy, original) in pairs {
        assert!(fs::read(&copy).unwrap() == fs::read(&original).unwrap(), "{} is not {}", copy.display(), original.display());
    }
}

fn ask(atlas: &Atlas, request: &Value) -> Answer {
    let path = match &request["query"] {
        Value::String(query) => format!("{}?{query}", request["path"].as_str().unwrap()),
        _ => request["path"].as_str().unwrap().to_owned(),
    };
    let json = (!request["json"].is_null()).then(|| request["json"].to_string());
    atlas.send(request["method"].as_str().unwrap(), &path, json.as_ref().map(|json| ("application/json", json.as_bytes())))
}

struct Run {
    began: Timestamp,
}

impl Run {
    fn compare_answers(&self, request: &Value, answer: &Answer) -> Result<(), String> {
        if request["status"] != answer.status {
            return Err(format!("status {} instead of {}: {}", answer.status, request["status"], answer.start()));
        }
        if answer.status >= 400
            && let Some(fault) = answer.fault()
        {
            return Err(format!("{fault}: {}", answer.start()));
        }
        if request["body"] == "" {
            return if answer.body.is_empty() { Ok(()) } else { Err(format!("a body where there was none: {}", answer.start())) };
        }
        let actual = serde_json::from_slice(&answer.body).map_err(|error| format!("{error}: {}", answer.start()))?;
        self.compare("", &request["body"], &actual)
    }

    /// The first difference between two values, by the rules of the recording: sentences were left out, keys may be added.
    fn compare(&self, at: &str, expected: &Value, actual: &Value) -> Result<(), String> {
        match (expected, actual) {
            (Value::Object(expected), Value::Object(actual)) => {
                expected.iter().try_for_each(|(key, expected)| match (key.as_str(), actual.get(key)) {
                    ("flags_count", _) => compare_count(at, expected, actual.get("flags")),
                    (_, Some(actual)) => self.compare(&format!("{at}.{key}"), expected, actual),
                    (_, None) => Err(format!("{at}.{key} is missing")),
                })
            }
            (Value::Array(expected), Value::Array(actual)) => {
                if expected.len() != actual.len() {
                    return Err(format!("{at} has {} items instead of {}", actual.len(), expected.len()));
                }
                let mut pairs = expected.iter().zip(actual).enumerate();
                pairs.try_for_each(|(index, (expected, actual))| self.compare(&format!("{at}[{index}]"), expected, actual))
            }
            (Value::String(expected), Value::String(actual)) if expected == "<sentence>" && !actual.is_empty() => Ok(()),
            (Value::String(expected), Value::String(actual)) if expected == "<now>" && self.is_now(actual) => Ok(()),
            (Value::Number(expected), Value::Number(actual)) if same_number(expected, actual) => Ok(()),
            _ if expected == actual => Ok(()),
            _ => Err(format!("{at} is {actual} instead of {expected}")),
        }
    }

    fn is_now(&self, text: &str) -> bool {
        let in_form = text.len() == "2026-01-10T22:27:08.252643Z".len() && text.ends_with('Z') && text.as_bytes()[19] == b'.';
        in_form && text.parse::<Timestamp>().is_ok_and(|time| self.began <= time && time <= Timestamp::now())
    }
}

fn compare_count(at: &str, expected: &Value, flags: Option<&Value>) -> Result<(), String> {
    let count = flags.and_then(Value::as_array).map(Vec::len);
    if count.is_some_and(|count| expected.as_u64() == Some(count as u64)) {
        Ok(())
    } else {
        Err(format!("{at}.flags is {flags:?} instead of {expected} flags"))
    }
}

/// Equal as values, to the last digit: `1` is `1.0`, but two doubles that differ in the last bit are not equal.
fn same_number(one: &Number, other: &Number) -> bool {
    match (one.as_i128(), other.as_i128()) {
        (Some(one), Some(other)) => one == other,
        _ => one.as_f64().is_some_and(|value| Some(value) == other.as_f64()),
    }
}

#[test]
fn the_comparison_sees_every_kind_of_difference() {
    let run = Run { began: Timestamp::UNIX_EPOCH };
    let differs = |expected: &str, actual: &str| {
        run.compare("", &serde_json::from_str(expected).unwrap(), &serde_json::from_str(actual).unwrap()).is_err()
    };
    for (expected, actual) in [
        (r#"{"a": 1}"#, "{}"),
        (r#"{"a": null}"#, "{}"),
        ("[1]", "[1, 2]"),
        ("[1, 2]", "[2, 1]"),
        ("0.1", "0.10000000000000002"),
        ("9007199254740993", "9007199254740992"),
        ("99999999999999999999", "99999999999999999998"),
        ("1", r#""1""#),
        ("true", "1"),
        (r#""<sentence>""#, r#""""#),
        (r#""<now>""#, r#""2026-01-10T22:27:08Z""#),
        (r#""<now>""#, r#""2026-01-10T22:27:08.252643+00:00""#),
        (r#""<now>""#, r#""2999-01-10T22:27:08.252643Z""#),
        (r#"{"flags_count": 2}"#, r#"{"flags": ["a"]}"#),
    ] {
        assert!(differs(expected, actual), "{expected} passes for {actual}");
    }
    for (expected, actual) in [("1.0", "1"), (r#"{"a": 1}"#, r#"{"a": 1, "b": 2}"#), (r#""<now>""#, r#""2026-01-10T22:27:08.252643Z""#)] {
        assert!(!differs(expected, actual), "{expected} fails for {actual}");
    }
}
