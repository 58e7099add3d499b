//! The scenarios of the plan: what users ask, how many of them there are, and what they do between two requests.

use serde::{Deserialize, Serialize};

use super::request::Request;
use super::shape::{Shape, Stage};

/// What is asked, and how often.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scenario {
    pub name: String,
    pub load: Load,
    /// Seconds from an answer to the next request of a user: from the first to the second, at random. Not of an open load.
    pub think_s: (f64, f64),
    pub requests: Vec<Request>,
    /// What has to hold, in k6's words.
    pub thresholds: Vec<String>,
    /// What the shape is meant to show.
    pub question: Question,
    pub warm_up_s: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Load {
    /// So many users, each of whom waits for an answer before asking again.
    Closed { users: Shape },
    /// So many requests a second whether answers come or not, over at most so many connections.
    Open { rate: Shape, connections: u64 },
}

/// What a scenario is meant to show beside its figures.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Question {
    None,
    /// At how many users the server breaks.
    BreakingPoint,
    /// How long it takes to recover from a jump at this second.
    Recovery {
        jump_s: f64,
    },
    /// What grows and should not.
    Drift,
}

/// Names of the scenarios there are.
pub const NAMES: [&str; 7] = ["baseline", "stress", "spike", "soak", "read-heavy", "write-heavy", "mixed"];

/// Users a second that come, where nobody says how many (10, as in the plan).
const SPAWN_RATE: f64 = 10.0;
/// Longest that the server is left to warm up, unless somebody says so.
const WARM_UP_S: f64 = 10.0;
/// Of a run, how much is left to warm up at most.
const WARM_UP_SHARE: f64 = 0.1;

/// What the command line says of a scenario.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wishes {
    pub users: Option<u32>,
    pub spawn_rate: Option<f64>,
    pub run_time_s: Option<f64>,
    pub rate: Option<f64>,
    pub think_s: Option<(f64, f64)>,
    pub warm_up_s: Option<f64>,
}

impl Scenario {
    /// A scenario of the plan by its name.
    pub fn named(name: &str) -> Option<Self> {
        let (minutes, level) = (60.0, |seconds, level| Stage { seconds, level });
        let steady = |users: f64, seconds| Shape::steady(users, users / SPAWN_RATE, seconds);
        let (users, question) = match name {
            "stress" => (Shape { start: 10.0, stages: vec![level(10.0 * minutes, 500.0)] }, Question::BreakingPoint),
            "spike" => {
                let stages =
                    vec![level(minutes, 50.0), level(0.0, 300.0), level(minutes, 300.0), level(0.0, 50.0), level(2.0 * minutes, 50.0)];
                (Shape { start: 50.0, stages }, Question::Recovery { jump_s: minutes })
            }
            "soak" => (steady(100.0, 4.0 * 60.0 * minutes), Question::Drift),
            "baseline" | "read-heavy" | "write-heavy" | "mixed" => (steady(50.0, 5.0 * minutes), Question::None),
            _ => return None,
        };
        let thresholds = if name == "baseline" { vec!["http_req_duration{kind:read}: p(95)<200".to_owned()] } else { vec![] };
        let warm_up_s = warm_up_of(&users);
        let (name, requests, load) = (name.to_owned(), requests(name), Load::Closed { users });
        Some(Self { name, load, think_s: (1.0, 3.0), requests, thresholds, question, warm_up_s })
    }

    /// The same as somebody wishes it.
    pub fn with(mut self, wishes: &Wishes) -> Self {
        let shape = self.load.shape().clone();
        let seconds = wishes.run_time_s.unwrap_or_else(|| shape.seconds());
        self.load = match (self.load, wishes.rate) {
            (load, Some(rate)) => {
                let connections = wishes.users.map_or_else(|| load.most_users(), u64::from);
                Load::Open { rate: Shape::steady(rate, 0.0, seconds), connections }
            }
            (Load::Open { rate, connections }, None) => {
                Load::Open { rate: rate.lasting(seconds), connections: wishes.users.map_or(connections, u64::from) }
            }
            (Load::Closed { users }, None) => {
                let highest = wishes.users.map_or(users.highest(), f64::from);
                // A steady load of the plan ramps up as quickly as it is told; every other has its own stages.
                let is_steady = NAMES.contains(&self.name.as_str()) && matches!(self.question, Question::None | Question::Drift);
                let ramp_s = wishes.spawn_rate.map(|spawn| highest / spawn).or(is_steady.then_some(highest / SPAWN_RATE));
                let users =
                    ramp_s.map_or_else(|| users.reaching(highest).lasting(seconds), |ramp_s| Shape::steady(highest, ramp_s, seconds));
                Load::Closed { users }
            }
        };
        if let Question::Recovery { jump_s } = &mut self.question {
            *jump_s *= seconds / shape.seconds();
        }
        self.think_s = wishes.think_s.unwrap_or(self.think_s);
        // Whole seconds, for that is how it is counted.
        let is_changed = wishes.run_time_s.or(wishes.rate).or(wishes.spawn_rate).is_some() || wishes.users.is_some();
        let warm_up_s = if is_changed { warm_up_of(self.load.shape()) } else { self.warm_up_s };
        self.warm_up_s = wishes.warm_up_s.unwrap_or(warm_up_s).floor();
        self
    }

    pub fn seconds(&self) -> f64 {
        self.load.shape().seconds()
    }

    /// How many requests a second this load asks of a server that answers at once, on average after the warm-up; infinite where users do
    /// not think.
    pub fn offered(&self) -> f64 {
        match &self.load {
            Load::Open { rate, .. } => rate.mean_from(self.warm_up_s),
            Load::Closed { users } => users.mean_from(self.warm_up_s) / f64::midpoint(self.think_s.0, self.think_s.1),
        }
    }
}

/// The ramp at the start and a while more, within a tenth of the run.
pub fn warm_up_of(shape: &Shape) -> f64 {
    let ramp = shape.stages.first().filter(|stage| shape.start == 0.0 && stage.level > 0.0).map_or(0.0, |stage| stage.seconds);
    let seconds = shape.seconds();
    (ramp + WARM_UP_S.min(seconds * WARM_UP_SHARE)).min(seconds / 2.0).floor()
}

impl Load {
    pub fn shape(&self) -> &Shape {
        match self {
            Self::Closed { users } => users,
            Self::Open { rate, .. } => rate,
        }
    }

    /// How many users there are at most, or connections.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of users, far below 2^52")]
    pub fn most_users(&self) -> u64 {
        match self {
            Self::Closed { users } => users.highest().ceil() as u64,
            Self::Open { connections, .. } => *connections,
        }
    }
}

/// The plan's requests with its weights. `read-heavy` leaves out what writes and so leaves nothing behind; `write-heavy` logs sightings
/// as often as `mixed` lists them.
fn requests(scenario: &str) -> Vec<Request> {
    let (list, single, create, health, analyze) = match scenario {
        "read-heavy" => (10, 5, 0, 2, 0),
        "write-heavy" => (3, 5, 10, 2, 1),
        _ => (10, 5, 3, 2, 1),
    };
    let sighting =
        r#"{"text": "Load test sighting {random:10000} (run {run})", "nickname": "TestCat{random:100}", "location": "Load Test Location"}"#;
    let request = |name: &str, method: &str, path: &str, weight| Request {
        name: name.into(),
        method: method.into(),
        path: path.into(),
        body: String::new(),
        weight,
        expect: vec![200],
        contains: String::new(),
        undo: None,
    };
    let create = Request { body: sighting.into(), undo: Some("/entries/{own}".into()), ..request("create", "POST", "/entries", create) };
    let others = [
        request("list", "GET", "/entries", list),
        request("single", "GET", "/entries/{id}", single),
        request("health", "GET", "/health", health),
        request("analyze", "POST", "/entries/{own}/analyze", analyze),
    ];
    others.into_iter().chain([create]).filter(|request| request.weight > 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_of_the_plan_is_there_with_its_users_and_time() {
        for (name, users, minutes) in
            [("baseline", 50, 5.0), ("stress", 500, 10.0), ("spike", 300, 4.0), ("soak", 100, 240.0), ("mixed", 50, 5.0)]
        {
            let scenario = Scenario::named(name).unwrap();
            assert_eq!((scenario.load.most_users(), scenario.seconds() / 60.0), (users, minutes), "{name}");
        }
        assert!(NAMES.iter().all(|name| Scenario::named(name).is_some()));
        assert!(Scenario::named("nonsense").is_none());
    }

    #[test]
    fn the_mix_has_the_weights_of_the_plan() {
        let weights: Vec<_> =
            Scenario::named("baseline").unwrap().requests.into_iter().map(|request| (request.name, request.weight)).collect();
        let plan = [("list", 10), ("single", 5), ("health", 2), ("analyze", 1), ("create", 3)];
        assert_eq!(weights, plan.map(|(name, weight)| (name.to_owned(), weight)));
        assert!(Scenario::named("read-heavy").unwrap().requests.iter().all(Request::is_read));
    }

    #[test]
    fn a_rate_makes_the_load_an_open_one() {
        let wishes = Wishes { rate: Some(200.0), run_time_s: Some(30.0), users: Some(8), ..Wishes::default() };
        let scenario = Scenario::named("baseline").unwrap().with(&wishes);
        assert!(matches!(scenario.load, Load::Open { connections: 8, .. }));
        assert!(scenario.load.shape().due(5999).is_some() && scenario.load.shape().due(6000).is_none());
        assert!((scenario.offered() - 200.0).abs() < 1e-9);
    }
}
