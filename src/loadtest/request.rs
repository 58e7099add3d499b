//! The requests of a scenario, made into bytes beforehand: what changes from one to the next is filled in where it stands.

use std::io::Write as _;

use serde::{Deserialize, Serialize};

use super::number;

/// One kind of request of a scenario. In its path and body `{id}` stands for a sighting that is there, `{own}` for one that this user
/// made, `{random:100}` for a number from 1 to 100, and `{run}` for the mark of the run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    pub name: String,
    #[serde(default = "get")]
    pub method: String,
    pub path: String,
    /// JSON, or nothing.
    #[serde(default)]
    pub body: String,
    /// How often a user chooses it, beside the others.
    #[serde(default = "once")]
    pub weight: u32,
    /// The statuses that are right; without any 200 to 399.
    #[serde(default)]
    pub expect: Vec<u16>,
    /// What the body of a right answer has to contain.
    #[serde(default)]
    pub contains: String,
    /// Where what it made can be deleted again, with `{own}` for its id.
    #[serde(default)]
    pub undo: Option<String>,
}

fn get() -> String {
    "GET".into()
}

const fn once() -> u32 {
    1
}

impl Request {
    pub fn is_read(&self) -> bool {
        matches!(self.method.as_str(), "GET" | "HEAD")
    }

    pub fn is_right(&self, status: u16) -> bool {
        if self.expect.is_empty() { (200..400).contains(&status) } else { self.expect.contains(&status) }
    }
}

/// Where requests go, and as whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// What the `Host` header says.
    pub authority: String,
    pub token: Option<String>,
    /// Marks what this run makes.
    pub run: String,
}

/// A request as bytes and places between them.
#[derive(Debug, Clone)]
pub struct Template {
    head: Vec<Piece>,
    /// None where there is no body to be sent.
    body: Option<Vec<Piece>>,
    pub needs_id: bool,
    pub needs_own: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Bytes(Vec<u8>),
    Id,
    Own,
    Random(u64),
}

/// What is filled in.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filling {
    pub id: u64,
    pub own: u64,
}

impl Template {
    pub fn new(method: &str, path: &str, body: &str, origin: &Origin) -> Self {
        let mut text =
            format!("{method} {path} HTTP/1.1\r\nhost: {}\r\nuser-agent: catatlas-loadtest\r\naccept: */*\r\n", origin.authority);
        if let Some(token) = &origin.token {
            text = text + "authorization: Bearer " + token + "\r\n";
        }
        let has_body = !body.is_empty();
        if has_body {
            text += "content-type: application/json\r\n";
        } else if !matches!(method, "GET" | "HEAD") {
            text += "content-length: 0\r\n";
        }
        let head = pieces(&text, &origin.run);
        let body = has_body.then(|| pieces(body, &origin.run));
        let names = |piece| head.contains(piece) || body.as_ref().is_some_and(|body| body.contains(piece));
        Self { needs_id: names(&Piece::Id), needs_own: names(&Piece::Own), head, body }
    }

    /// Writes the request into `bytes`. `body` is a place to work in; both keep their room.
    pub fn write(&self, filling: Filling, bytes: &mut Vec<u8>, body: &mut Vec<u8>) {
        bytes.clear();
        fill(&self.head, filling, bytes);
        if let Some(pieces) = &self.body {
            body.clear();
            fill(pieces, filling, body);
            write_number(bytes, format_args!("content-length: {}\r\n\r\n", body.len()));
            bytes.extend_from_slice(body);
        } else {
            bytes.extend_from_slice(b"\r\n");
        }
    }
}

fn fill(pieces: &[Piece], filling: Filling, bytes: &mut Vec<u8>) {
    for piece in pieces {
        match piece {
            Piece::Bytes(fixed) => bytes.extend_from_slice(fixed),
            Piece::Id => write_number(bytes, format_args!("{}", filling.id)),
            Piece::Own => write_number(bytes, format_args!("{}", filling.own)),
            Piece::Random(most) => write_number(bytes, format_args!("{}", fastrand::u64(1..=*most))),
        }
    }
}

fn write_number(bytes: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    // Writing into a Vec cannot fail.
    let _ = bytes.write_fmt(text);
}

/// Cuts a text where something is filled in. Braces that say nothing of the kind stay as they are: JSON is full of them.
fn pieces(text: &str, run: &str) -> Vec<Piece> {
    let text = text.replace("{run}", run);
    let (mut found, mut fixed, mut rest) = (Vec::new(), String::new(), text.as_str());
    while let Some(open) = rest.find('{') {
        let inner = rest[open + 1..].split_once('}').map(|(inner, _)| inner);
        let piece = inner.and_then(|inner| match inner {
            "id" => Some(Piece::Id),
            "own" => Some(Piece::Own),
            _ => number(inner.strip_prefix("random:")?).filter(|most| *most > 0).map(Piece::Random),
        });
        let (before, after) = rest.split_at(open);
        fixed += before;
        if let (Some(piece), Some(inner)) = (piece, inner) {
            found.push(Piece::Bytes(std::mem::take(&mut fixed).into_bytes()));
            found.push(piece);
            rest = &after[inner.len() + 2..];
        } else {
            fixed.push('{');
            rest = &after[1..];
        }
    }
    fixed += rest;
    found.push(Piece::Bytes(fixed.into_bytes()));
    found
}

/// The `id` of what was made, from a JSON answer: the first one in it.
pub fn first_id(body: &[u8]) -> Option<u64> {
    ids(body).next()
}

/// Every `id` in a JSON answer, in its order, without reading the rest.
pub fn ids(body: &[u8]) -> impl Iterator<Item = u64> + '_ {
    let key = b"\"id\":";
    body.windows(key.len())
        .enumerate()
        .filter(move |(_, window)| window == key)
        .filter_map(move |(at, _)| {
            let digits = body[at + key.len()..].iter().skip_while(|byte| **byte == b' ').take_while(|byte| byte.is_ascii_digit());
            let number = |number: u64, digit: &u8| number.checked_mul(10)?.checked_add(u64::from(digit - b'0'));
            digits
                .map(Some)
                .try_fold((0, 0), |(value, count), digit| Some((number(value, digit?)?, count + 1)))
                .filter(|(_, count)| *count > 0)
        })
        .map(|(id, _)| id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(method: &str, path: &str, body: &str) -> String {
        let origin = Origin { authority: "127.0.0.1:80".into(), token: Some("secret".into()), run: "cafe".into() };
        let (mut bytes, mut room) = (vec![], vec![]);
        Template::new(method, path, body, &origin).write(Filling { id: 7, own: 8 }, &mut bytes, &mut room);
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_request_is_filled_in_and_says_how_long_its_body_is() {
        let asked = written("POST", "/entries/{id}/analyze?own={own}", r#"{"text": "Run {run} no. {random:1}", "o": {}}"#);
        let (head, body) = asked.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("POST /entries/7/analyze?own=8 HTTP/1.1\r\nhost: 127.0.0.1:80\r\n"), "{head}");
        assert!(head.contains("authorization: Bearer secret\r\n") && head.contains(&format!("content-length: {}", body.len())), "{head}");
        assert_eq!(body, r#"{"text": "Run cafe no. 1", "o": {}}"#);
        assert!(written("GET", "/", "").ends_with("\r\n\r\n"));
        assert!(written("DELETE", "/", "").contains("content-length: 0\r\n"));
    }

    #[test]
    fn ids_are_found_in_an_answer() {
        let ids: Vec<_> = ids(br#"[{"id":12,"cat_id":3,"text":"a"},{"id": 7},{"id":null}]"#).collect();
        assert_eq!(ids, [12, 7]);
        assert_eq!(first_id(b"{}"), None);
    }
}
