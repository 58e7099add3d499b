//! A running atlas and the requests one can send it.

use std::borrow::Borrow;
use std::path::Path;

use serde_json::Value;
use ureq::AsSendBody;
use ureq::http::{Request, Uri};

use super::{Answer, FORM, Finished, Folder, Form, PATIENCE, Raw, Running, wait_for};

/// `catatlas serve`, answering. It owns its folder or borrows one that outlives it.
pub struct Atlas<F: Borrow<Folder> = Folder> {
    program: Running,
    pub url: String,
    agent: ureq::Agent,
    folder: F,
}

impl Atlas {
    /// A new, empty atlas in a folder of its own.
    #[track_caller]
    pub fn empty() -> Self {
        Self::serve(Folder::new())
    }

    /// An atlas that serves (and so adopts) a copy of a fixture.
    #[track_caller]
    pub fn of(fixture: &str) -> Self {
        Self::serve(Folder::with(fixture))
    }
}

impl<F: Borrow<Folder>> Atlas<F> {
    #[track_caller]
    pub fn serve(folder: F) -> Self {
        Self::serve_with(folder, &[])
    }

    /// `serve` with more arguments.
    #[track_caller]
    pub fn serve_with(folder: F, arguments: &[&str]) -> Self {
        let program = folder.borrow().start_serving_with(&folder.borrow().database(), arguments);
        Self::answering(folder, program)
    }

    /// A program that was started as `serve` in this folder, once it answers.
    #[track_caller]
    pub fn answering(folder: F, mut program: Running) -> Self {
        let url = wait_for("the ready line", || {
            if let Some(status) = program.ended() {
                panic!("serve ended with {status}: {}{}", program.stdout(), program.stderr());
            }
            ready_line(&program.stdout())
        });
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE))
            .max_redirects(0)
            .proxy(None)
            .build()
            .new_agent();
        let atlas = Self { program, url, agent, folder };
        wait_for("/health", || atlas.try_send("GET", "/health", None).ok().filter(|answer| answer.status == 200));
        atlas
    }

    pub fn folder(&self) -> &Folder {
        self.folder.borrow()
    }

    pub fn program(&mut self) -> &mut Running {
        &mut self.program
    }

    /// `127.0.0.1:PORT`
    pub fn address(&self) -> &str {
        self.url.strip_prefix("http://").unwrap()
    }

    /// Any request; `body` is a content type and bytes. An error is one of the connection, never a status.
    pub fn try_send(&self, method: &str, path: &str, body: Option<(&str, &[u8])>) -> Result<Answer, ureq::Error> {
        match body {
            None => self.exchange(method, path, &[], ()),
            Some((kind, bytes)) => self.exchange(method, path, &[("content-type", kind)], bytes),
        }
    }

    fn exchange(&self, method: &str, path: &str, headers: &[(&str, &str)], body: impl AsSendBody) -> Result<Answer, ureq::Error> {
        let uri: Uri = format!("{}{path}", self.url).parse().unwrap_or_else(|error| panic!("{path}: {error}"));
        let request = Request::builder().method(method).uri(uri);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let mut response = self.agent.run(request.body(body).unwrap())?;
        let bytes = response.body_mut().with_config().limit(1 << 30).read_to_vec()?;
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
        Ok(Answer { request: format!("{method} {path}"), status: response.status().as_u16(), headers: headers.collect(), body: bytes })
    }

    /// A request without a body and with these headers.
    #[track_caller]
    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.exchange(method, path, headers, ()).unwrap_or_else(|error| panic!("{method} {path}: {error}\n{}", self.program.stderr()))
    }

    /// A request with these headers; `json` is the body, null for none.
    #[track_caller]
    pub fn request(&self, method: &str, path: &str, headers: &[(&str, &str)], json: &Value) -> Answer {
        if json.is_null() {
            return self.ask(method, path, headers);
        }
        let headers = [headers, &[("content-type", "application/json")]].concat();
        let answer = self.exchange(method, path, &headers, json.to_string());
        answer.unwrap_or_else(|error| panic!("{method} {path}: {error}\n{}", self.program.stderr()))
    }

    #[track_caller]
    pub fn send(&self, method: &str, path: &str, body: Option<(&str, &[u8])>) -> Answer {
        self.try_send(method, path, body).unwrap_or_else(|error| panic!("{method} {path}: {error}\n{}", self.program.stderr()))
    }

    #[track_caller]
    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None)
    }

    /// A POST of JSON.
    #[track_caller]
    pub fn post(&self, path: &str, json: &Value) -> Answer {
        self.post_text(path, &json.to_string())
    }

    /// A POST of text that claims to be JSON.
    #[track_caller]
    pub fn post_text(&self, path: &str, json: &str) -> Answer {
        self.send("POST", path, Some(("application/json", json.as_bytes())))
    }

    /// A POST of a form.
    #[track_caller]
    pub fn post_form(&self, path: &str, form: Form) -> Answer {
        self.send("POST", path, Some((FORM, &form.end())))
    }

    /// A POST of bytes with these headers.
    #[track_caller]
    pub fn upload(&self, path: &str, headers: &[(&str, &str)], bytes: &[u8]) -> Answer {
        self.exchange("POST", path, headers, bytes).unwrap_or_else(|error| panic!("POST {path}: {error}\n{}", self.program.stderr()))
    }

    /// A POST without a body.
    #[track_caller]
    pub fn call(&self, path: &str) -> Answer {
        self.send("POST", path, None)
    }

    #[track_caller]
    pub fn patch(&self, path: &str, json: &Value) -> Answer {
        self.send("PATCH", path, Some(("application/json", json.to_string().as_bytes())))
    }

    #[track_caller]
    pub fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, None)
    }

    /// Bytes straight onto the socket, and what came back.
    #[track_caller]
    pub fn raw(&self, bytes: &[u8]) -> Option<Answer> {
        Raw::connect(self.address()).send(bytes).answer()
    }

    /// The id of a new sighting with this text.
    #[track_caller]
    pub fn sighting(&self, text: &str) -> i64 {
        self.post("/entries", &serde_json::json!({ "text": text })).is(200).id()
    }

    /// The id of a new cat.
    #[track_caller]
    pub fn cat(&self, name: &str) -> i64 {
        self.post("/cats", &serde_json::json!({ "name": name })).is(200).id()
    }

    /// A new sighting of this cat.
    #[track_caller]
    pub fn sighting_of(&self, cat: i64, text: &str) -> i64 {
        let id = self.sighting(text);
        self.call(&format!("/entries/{id}/assign/{cat}")).is(200);
        id
    }

    /// How many sightings there are.
    #[track_caller]
    pub fn count(&self) -> u64 {
        self.get("/entries?limit=1").is(200).header("x-total-count").expect("X-Total-Count").parse().unwrap()
    }

    pub fn send_signal(&self, name: &str) {
        self.program.signal(name);
    }

    /// SIGTERM, and how it ended.
    #[track_caller]
    pub fn stop(mut self) -> Finished {
        self.program.signal("TERM");
        self.program.wait()
    }

    /// SIGKILL.
    #[track_caller]
    pub fn kill(mut self) {
        self.program.signal("KILL");
        self.program.wait();
    }

    pub fn database(&self) -> std::path::PathBuf {
        self.folder().database()
    }

    #[track_caller]
    pub fn serve_again(&self, database: &Path) -> Finished {
        self.folder().start_serving(database).wait()
    }
}

fn ready_line(stdout: &str) -> Option<String> {
    let line = stdout.split_inclusive('\n').find(|line| line.ends_with('\n'))?;
    let url = line.trim_end().strip_prefix("CatAtlas is ready at ").unwrap_or_else(|| panic!("no ready line: {line}"));
    let port = url.strip_prefix("http://127.0.0.1:").unwrap_or_else(|| panic!("not where it was told: {line}"));
    assert!(port.parse::<u16>().is_ok_and(|port| port > 0), "no port: {line}");
    Some(url.to_owned())
}
