//! Somebody with an account, and what they do with it.

use std::borrow::Borrow;

use serde_json::{Value, json};

use super::{Answer, Atlas, Folder};

/// Everybody's password.
pub const PASSWORD: &str = "four mice in a row";

/// Somebody who is signed in, as a program is: with a token in a header.
pub struct Person<'a, F: Borrow<Folder> = Folder> {
    atlas: &'a Atlas<F>,
    pub id: i64,
    pub access_token: String,
    pub refresh_token: String,
}

impl<F: Borrow<Folder>> Atlas<F> {
    /// A new account of this role, made from the shell, and signed in.
    #[track_caller]
    pub fn person(&self, name: &str, role: &str) -> Person<'_, F> {
        self.folder().user(&["add", name, "--role", role], &format!("{PASSWORD}\n")).succeeds();
        self.sign_in(name)
    }

    #[track_caller]
    pub fn sign_in(&self, name: &str) -> Person<'_, F> {
        Person::of(self, &self.login(name, PASSWORD).is(200))
    }

    #[track_caller]
    pub fn login(&self, name: &str, password: &str) -> Answer {
        self.post("/auth/login", &json!({ "username": name, "password": password }))
    }
}

impl<'a, F: Borrow<Folder>> Person<'a, F> {
    /// Who an answer of one of the doors is for.
    #[track_caller]
    pub fn of(atlas: &'a Atlas<F>, answer: &Answer) -> Self {
        let signed_in = answer.json();
        let token = |name: &str| signed_in[name].as_str().unwrap_or_else(|| panic!("no {name}: {}", answer.start())).to_owned();
        let id = signed_in["account"]["id"].as_i64().unwrap();
        Self { atlas, id, access_token: token("access_token"), refresh_token: token("refresh_token") }
    }

    #[track_caller]
    pub fn ask(&self, method: &str, path: &str, json: &Value) -> Answer {
        self.atlas.request(method, path, &[("authorization", &format!("Bearer {}", self.access_token))], json)
    }

    #[track_caller]
    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &Value::Null)
    }

    #[track_caller]
    pub fn post(&self, path: &str, json: &Value) -> Answer {
        self.ask("POST", path, json)
    }

    #[track_caller]
    pub fn call(&self, path: &str) -> Answer {
        self.post(path, &Value::Null)
    }

    #[track_caller]
    pub fn patch(&self, path: &str, json: &Value) -> Answer {
        self.ask("PATCH", path, json)
    }

    #[track_caller]
    pub fn delete(&self, path: &str) -> Answer {
        self.ask("DELETE", path, &Value::Null)
    }

    /// The id of a new sighting of theirs.
    #[track_caller]
    pub fn sighting(&self, text: &str) -> i64 {
        self.post("/entries", &json!({ "text": text })).is(200).id()
    }

    /// The id of a new cat of theirs.
    #[track_caller]
    pub fn cat(&self, name: &str) -> i64 {
        self.post("/cats", &json!({ "name": name })).is(200).id()
    }

    /// Whether they are still signed in.
    #[track_caller]
    pub fn is_known(&self) -> bool {
        match self.get("/auth/me").status {
            200 => true,
            401 => false,
            other => panic!("/auth/me answers {other}"),
        }
    }
}
