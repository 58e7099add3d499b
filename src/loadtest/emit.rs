//! The same scenario for the engines that spread a load over a hundred machines: a locustfile, or a script for k6.

use std::fmt::Write as _;

use super::request::Request;
use super::scenario::{Load, Scenario};

/// A locustfile. Its users and time are in the shape at its end.
pub fn locust(scenario: &Scenario) -> String {
    let (least, most) = scenario.think_s;
    let name = &scenario.name;
    let mut text = format!(
        "# The scenario {name} of catatlas loadtest, for Locust: locust -f locustfile.py --host http://127.0.0.1:8000\n\
         import random\nimport re\nimport uuid\n\nfrom locust import HttpUser, LoadTestShape, between, task\n\nRUN = uuid.uuid4().hex[:8]\n\n\n\
         def fill(text, own):\n    \
             text = text.replace(\"{{run}}\", RUN)\n    \
             text = re.sub(r\"\\{{(id|own)\\}}\", lambda _: str(random.choice(own)), text)\n    \
             return re.sub(r\"\\{{random:(\\d+)\\}}\", lambda most: str(random.randint(1, int(most[1]))), text)\n\n\n\
         class CatAtlasUser(HttpUser):\n    wait_time = between({least}, {most})\n\n    \
         def on_start(self):\n        self.own = []\n\n    \
         def on_stop(self):\n        for id in self.own:\n            self.client.delete(f\"/entries/{{id}}\", name=\"clean up\")\n"
    );
    for request in &scenario.requests {
        locust_task(&mut text, request);
    }
    let stages = stages(scenario);
    let _ = write!(
        text,
        "\n\nclass Shape(LoadTestShape):\n    stages = {stages:?}  # seconds, and the level they reach\n    start = {}\n\n    \
         def tick(self):\n        at, level = self.get_run_time(), self.start\n        \
         for seconds, reached in self.stages:\n            \
         if at < seconds:\n                users = level + (reached - level) * at / seconds\n                \
         return max(1, round(users)), 1000\n            at, level = at - seconds, reached\n        return None\n",
        scenario.load.shape().start
    );
    text
}

/// Writing into a String cannot fail, here and below.
fn locust_task(text: &mut String, request: &Request) {
    let Request { name, method, path, body, weight, .. } = request;
    let function: String = name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect();
    let needs_own = needs_own(request);
    let _ = write!(text, "\n    @task({weight})\n    def task_{function}(self):\n");
    if needs_own {
        text.push_str("        if not self.own:\n            return\n");
    }
    let data = if body.is_empty() {
        String::new()
    } else {
        format!(", data=fill({body:?}, self.own), headers={{\"content-type\": \"application/json\"}}")
    };
    let _ = writeln!(
        text,
        "        with self.client.request({method:?}, fill({path:?}, self.own), name={name:?}{data}, catch_response=True) as answer:"
    );
    let right = if request.expect.is_empty() {
        "200 <= answer.status_code < 400".to_owned()
    } else {
        format!("answer.status_code in {:?}", request.expect)
    };
    let right = if request.contains.is_empty() { right } else { format!("{right} and {:?} in answer.text", request.contains) };
    let _ = writeln!(text, "            if not ({right}):\n                answer.failure(f\"status {{answer.status_code}}\")");
    if request.undo.is_some() {
        text.push_str("            else:\n                self.own.append(answer.json()[\"id\"])\n");
    }
}

/// A script for k6, with its scenario, its requests and the thresholds.
pub fn k6(scenario: &Scenario) -> String {
    let stages: Vec<_> =
        stages(scenario).iter().map(|(seconds, level)| format!("{{ duration: '{seconds}s', target: {level:.0} }}")).collect();
    let (stages, start) = (stages.join(", "), scenario.load.shape().start);
    let executor = match scenario.load {
        Load::Closed { .. } => format!("executor: 'ramping-vus', startVUs: {start:.0}, stages: [{stages}]"),
        Load::Open { connections, .. } => format!(
            "executor: 'ramping-arrival-rate', startRate: {start:.0}, timeUnit: '1s', preAllocatedVUs: {connections}, maxVUs: {connections}, stages: [{stages}]"
        ),
    };
    let thresholds: Vec<_> = scenario
        .thresholds
        .iter()
        .filter_map(|text| {
            let at = text.find('}').map_or(0, |brace| brace);
            let colon = at + text[at..].find(':')?;
            Some(format!("    {:?}: [{:?}],\n", text[..colon].trim(), text[colon + 1..].trim()))
        })
        .collect();
    let think = match (&scenario.load, scenario.think_s) {
        (Load::Open { .. }, _) => String::new(),
        (_, (least, most)) => format!("  sleep({least} + Math.random() * {});\n", most - least),
    };
    let mut text = format!(
        "// The scenario {} of catatlas loadtest, for k6: k6 run -e HOST=http://127.0.0.1:8000 script.js\n\
         import http from 'k6/http';\nimport {{ check, sleep }} from 'k6';\n\n\
         export const options = {{\n  scenarios: {{ load: {{ {executor} }} }},\n  thresholds: {{\n{}  }},\n}};\n\n\
         const host = __ENV.HOST || 'http://127.0.0.1:8000';\n\
         const run = Math.random().toString(16).slice(2, 10);\nconst own = [];\n\n\
         const any = () => own[Math.floor(Math.random() * own.length)];\n\
         const fill = (text) => text.replaceAll('{{run}}', run).replace(/\\{{(id|own)\\}}/g, any)\n  \
         .replace(/\\{{random:(\\d+)\\}}/g, (_, most) => 1 + Math.floor(Math.random() * most));\n\nconst requests = [\n",
        scenario.name,
        thresholds.concat()
    );
    for request in &scenario.requests {
        let kind = if request.is_read() { "read" } else { "write" };
        let right = if request.expect.is_empty() { "null".to_owned() } else { format!("{:?}", request.expect) };
        let _ = writeln!(
            text,
            "  {{ name: {:?}, kind: '{kind}', weight: {}, method: {:?}, path: {:?}, body: {:?}, expect: {right}, contains: {:?}, needsOwn: {}, makes: {} }},",
            request.name,
            request.weight,
            request.method,
            request.path,
            request.body,
            request.contains,
            needs_own(request),
            request.undo.is_some()
        );
    }
    text + "];\n\nexport default function () {\n  \
            const usable = requests.filter((request) => own.length > 0 || !request.needsOwn);\n  \
            let left = Math.random() * usable.reduce((sum, request) => sum + request.weight, 0);\n  \
            const asked = usable.find((request) => (left -= request.weight) < 0);\n  \
            const params = { headers: { 'content-type': 'application/json' }, tags: { name: asked.name, kind: asked.kind } };\n  \
            const answer = http.request(asked.method, host + fill(asked.path), asked.body ? fill(asked.body) : null, params);\n  \
            const right = check(answer, { [asked.name]: (a) => (asked.expect ? asked.expect.includes(a.status) : a.status < 400) && a.body.includes(asked.contains) });\n  \
            if (right && asked.makes) own.push(answer.json('id'));\n"
        + &think
        + "}\n"
}

/// Seconds and the level that they reach.
fn stages(scenario: &Scenario) -> Vec<(f64, f64)> {
    scenario.load.shape().stages.iter().map(|stage| (stage.seconds, stage.level)).collect()
}

/// There they know only what they made themselves.
fn needs_own(request: &Request) -> bool {
    ["{id}", "{own}"].iter().any(|place| request.path.contains(place) || request.body.contains(place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_request_is_in_both_scripts() {
        let scenario = Scenario::named("baseline").unwrap();
        let (locust, k6) = (locust(&scenario), k6(&scenario));
        for request in &scenario.requests {
            assert!(locust.contains(&format!("name={:?}", request.name)), "{locust}");
            assert!(k6.contains(&format!("name: {:?}", request.name)), "{k6}");
        }
        assert!(locust.contains("between(1, 3)") && k6.contains("\"http_req_duration{kind:read}\": [\"p(95)<200\"]"), "{locust}{k6}");
    }
}
