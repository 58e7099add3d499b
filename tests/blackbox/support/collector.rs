//! A stand-in for a server that collects reports: keeps the envelopes it is sent, as they are parsed.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;

use super::wait_for;

/// One item of an envelope: its type and what it holds.
#[derive(Debug, Clone)]
pub struct Item {
    pub kind: String,
    pub payload: Value,
}

pub struct Collector {
    /// What the program is told: an address with a key.
    pub dsn: String,
    items: Arc<Mutex<Vec<Item>>>,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Collector {
    pub fn start() -> Self {
        Self::that(|stream| drop(stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}")))
    }

    /// One that takes what is sent, and says nothing, for ever.
    pub fn that_hangs() -> Self {
        Self::that(|stream| drop(stream.read(&mut [0])))
    }

    fn that(answer: fn(&mut TcpStream)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let collector =
            Self { dsn: format!("http://public@{}/42", listener.local_addr().unwrap()), items: Arc::default(), heads: Arc::default() };
        let (items, heads) = (Arc::clone(&collector.items), Arc::clone(&collector.heads));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (items, heads) = (Arc::clone(&items), Arc::clone(&heads));
                thread::spawn(move || {
                    let mut stream = stream.unwrap();
                    let (head, body) = request(&mut stream);
                    heads.lock().unwrap().push(head);
                    items.lock().unwrap().extend(envelope(&body));
                    answer(&mut stream);
                });
            }
        });
        collector
    }

    /// Everything of a type so far.
    pub fn all(&self, kind: &str) -> Vec<Value> {
        self.items.lock().unwrap().iter().filter(|item| item.kind == kind).map(|item| item.payload.clone()).collect()
    }

    pub fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }

    /// The first of a type that is so, waited for.
    #[track_caller]
    pub fn wait_for(&self, kind: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        wait_for(kind, || self.all(kind).into_iter().find(|payload| is_it(payload)))
    }

    /// Everything that was said, as text.
    pub fn text(&self) -> String {
        format!("{:?} {:?}", self.heads(), self.items.lock().unwrap())
    }
}

fn request(stream: &mut TcpStream) -> (String, Vec<u8>) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1)) {
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
    let mut body = Vec::new();
    if let Some(length) = head.split("content-length: ").nth(1) {
        body.resize(length.split("\r\n").next().unwrap().parse().unwrap(), 0);
        stream.read_exact(&mut body).unwrap();
    } else if head.contains("chunked") {
        let mut rest = Vec::new();
        while !rest.ends_with(b"0\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1)) {
            rest.push(byte[0]);
        }
        body = unchunked(&rest);
    }
    (head, body)
}

fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = rest.windows(2).position(|pair| pair == b"\r\n") {
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..end]).unwrap().trim(), 16).unwrap();
        if size == 0 {
            break;
        }
        body.extend_from_slice(&rest[end + 2..end + 2 + size]);
        rest = &rest[end + 4 + size..];
    }
    body
}

/// The items of an envelope: a line of headers, then for each item a line of headers and its bytes.
fn envelope(body: &[u8]) -> Vec<Item> {
    let mut items = Vec::new();
    let (headers, mut rest) = line(body);
    assert!(serde_json::from_slice::<Value>(headers).is_ok_and(|headers| headers.is_object()), "{}", String::from_utf8_lossy(body));
    while !rest.is_empty() {
        let (header, after) = line(rest);
        let header: Value = serde_json::from_slice(header).unwrap();
        let (payload, after) = match header["length"].as_u64() {
            Some(length) => after.split_at(usize::try_from(length).unwrap()),
            None => line(after),
        };
        let payload = serde_json::from_slice(payload).unwrap_or(Value::Null);
        items.push(Item { kind: header["type"].as_str().unwrap().to_owned(), payload });
        rest = after.strip_prefix(b"\n").unwrap_or(after);
    }
    items
}

fn line(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    (&bytes[..end], &bytes[(end + 1).min(bytes.len())..])
}
