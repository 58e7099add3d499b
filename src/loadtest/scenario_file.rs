//! Scenarios of one's own, from a TOML file.

use serde::Deserialize;

use super::request::Request;
use super::scenario::{Load, Question, Scenario, warm_up_of};
use super::shape::{Shape, Stage};
use super::threshold;

/// The file as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    /// Seconds from one request of a user to the next: one number, or the least and the most.
    #[serde(default = "plan")]
    think: Vec<f64>,
    /// With it the levels of the stages are requests a second; it is how many may wait for an answer at once.
    connections: Option<u64>,
    #[serde(default)]
    start: f64,
    stages: Vec<FileStage>,
    #[serde(rename = "request")]
    requests: Vec<Request>,
    #[serde(default)]
    thresholds: Vec<String>,
    warm_up: Option<f64>,
}

/// The level that is reached after so many seconds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileStage {
    seconds: f64,
    #[serde(alias = "users", alias = "rate")]
    level: f64,
}

fn plan() -> Vec<f64> {
    vec![1.0, 3.0]
}

/// Reads a scenario.
///
/// # Errors
/// What is wrong with it, in words.
pub fn read(text: &str) -> Result<Scenario, String> {
    let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
    let think_s = match file.think[..] {
        [both] => (both, both),
        [least, most] if least <= most => (least, most),
        _ => return Err("think should be one number of seconds, or the least and the most".into()),
    };
    let numbers = file.stages.iter().flat_map(|stage| [stage.seconds, stage.level]).chain([file.start, think_s.0]).chain(file.warm_up);
    if !numbers.into_iter().all(|number| (0.0..1e9).contains(&number)) {
        return Err("seconds and levels should be 0 or more".into());
    }
    let stages = file.stages.iter().map(|stage| Stage { seconds: stage.seconds, level: stage.level }).collect();
    let shape = Shape { start: file.start, stages };
    if shape.seconds() < 1.0 || shape.highest() <= 0.0 {
        return Err("the stages should take a second or more, and reach a level above 0".into());
    }
    if file.requests.iter().all(|request| request.weight == 0) {
        return Err("there should be a [[request]] with a weight above 0".into());
    }
    if let Some(request) = file.requests.iter().find(|request| !is_sound(request)) {
        return Err(format!("the request {:?} should have a method in capital letters and a path that begins with a slash", request.name));
    }
    let warm_up_s = file.warm_up.unwrap_or_else(|| warm_up_of(&shape));
    let load = match file.connections {
        None => Load::Closed { users: shape },
        Some(connections) => Load::Open { rate: shape, connections: connections.max(1) },
    };
    let (name, requests, thresholds) = (file.name, file.requests, file.thresholds);
    let scenario = Scenario { name, load, think_s, requests, thresholds, question: Question::None, warm_up_s };
    scenario.thresholds.iter().try_for_each(|text| threshold::check(text, &scenario))?;
    Ok(scenario)
}

/// Whether a request can be written as one: nothing in it may end its first line.
fn is_sound(request: &Request) -> bool {
    let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
    let methods = !request.method.is_empty() && request.method.bytes().all(|byte| byte.is_ascii_uppercase());
    methods && request.path.starts_with('/') && is_plain(&request.path) && request.undo.as_deref().is_none_or(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"
        name = "evening round"
        think = [0.5, 1]
        thresholds = ["http_req_duration{name:list}: p(95)<200"]

        [[stages]]
        seconds = 10
        users = 20

        [[request]]
        name = "list"
        path = "/entries?limit=50"
        weight = 3
        contains = "text"

        [[request]]
        name = "log"
        method = "POST"
        path = "/entries"
        body = '{"text": "by the mill (run {run})"}'
        expect = [200]
        undo = "/entries/{own}"
    "#;

    #[test]
    fn a_scenario_is_read_from_a_file() {
        let scenario = read(FILE).unwrap();
        assert_eq!((scenario.load.most_users(), scenario.seconds(), scenario.think_s), (20, 10.0, (0.5, 1.0)));
        assert_eq!(scenario.requests[1].weight, 1);
        let open = read(&FILE.replace("think", "connections = 8\nthink").replace("users", "rate")).unwrap();
        assert!(matches!(open.load, Load::Open { connections: 8, .. }));
    }

    #[test]
    fn a_mistake_in_a_file_is_told() {
        for (right, wrong, word) in [
            ("think =", "thinks =", "thinks"),
            ("seconds = 10", "seconds = -1", "0 or more"),
            ("users = 20", "users = 0", "level"),
            ("p(95)", "p95", "threshold"),
            ("{name:list}", "{name:lust}", "has list, log"),
            ("\"/entries?limit=50\"", "\"/entries with space\"", "slash"),
            ("\"POST\"", "\"post\"", "capital"),
        ] {
            let why = read(&FILE.replace(right, wrong)).unwrap_err();
            assert!(why.contains(word), "{wrong}: {why}");
        }
    }
}
