//! A stand-in for a Nominatim server: answers as it was told, and remembers when it was asked what.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(10);

/// What the server does when it is asked.
#[derive(Debug, Clone)]
pub enum Says {
    /// 200 and this body.
    Body(String),
    /// An error status.
    Status(u16),
    /// A redirect to this address.
    Elsewhere(String),
    /// Nothing, with the connection kept open.
    Nothing,
    /// An endless answer, one byte at a time.
    Trickle,
}

/// A request as it came in.
#[derive(Debug)]
pub struct Asked {
    pub at: Instant,
    /// Request line and headers.
    pub head: String,
}

pub struct Nominatim {
    pub url: String,
    says: Arc<Mutex<Says>>,
    asked: Receiver<Asked>,
}

impl Nominatim {
    pub fn that(says: Says) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let says = Arc::new(Mutex::new(says));
        let (tell, asked) = mpsc::channel();
        let told = Arc::clone(&says);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (says, tell) = (Arc::clone(&told), tell.clone());
                thread::spawn(move || answer(stream.unwrap(), &says, &tell));
            }
        });
        Self { url, says, asked }
    }

    /// A server that knows one place, in the middle of a park.
    pub fn that_knows_a_park() -> Self {
        Self::that(Says::a_park())
    }

    pub fn now_says(&self, says: Says) {
        *self.says.lock().unwrap() = says;
    }

    /// The next request, waited for.
    #[track_caller]
    pub fn next(&self) -> Asked {
        self.asked.recv_timeout(PATIENCE).expect("a request to the geocoder")
    }

    /// All requests so far that [`Self::next`] has not told of.
    pub fn rest(&self) -> Vec<Asked> {
        self.asked.try_iter().collect()
    }
}

impl Says {
    pub fn a_park() -> Self {
        Self::place("\"51.3346043\"", "\"12.3443131\"", "Reed Park, Katzenbruck, 04256, Germany")
    }

    /// A place as Nominatim writes it; coordinates are JSON.
    pub fn place(lat: &str, lon: &str, name: &str) -> Self {
        let name = serde_json::Value::from(name);
        let body = format!(
            r#"[{{"place_id":1,"licence":"-","osm_type":"way","osm_id":181666496,"lat":{lat},"lon":{lon},"class":"leisure","type":"park",
            "display_name":{name},"address":{{"city":"Katzenbruck"}},"boundingbox":["51.3","51.4","12.3","12.4"]}}]"#
        );
        Self::Body(body)
    }

    pub fn no_place() -> Self {
        Self::Body("[]".to_owned())
    }
}

/// Whoever asks may hang up whenever they like, so what cannot be written is let go.
fn answer(mut stream: TcpStream, says: &Mutex<Says>, tell: &Sender<Asked>) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1)) {
        head.push(byte[0]);
    }
    let says = says.lock().unwrap().clone();
    drop(tell.send(Asked { at: Instant::now(), head: String::from_utf8(head).unwrap() }));
    let (line, headers, body) = match &says {
        Says::Body(body) => ("200 OK".to_owned(), format!("content-length: {}\r\n", body.len()), body.as_str()),
        Says::Status(status) => (format!("{status} No"), "content-length: 0\r\n".to_owned(), ""),
        Says::Elsewhere(url) => ("302 Found".to_owned(), format!("location: {url}\r\ncontent-length: 0\r\n"), ""),
        Says::Trickle => ("200 OK".to_owned(), String::new(), "["),
        Says::Nothing => return drop(stream.read(&mut byte)),
    };
    drop(write!(stream, "HTTP/1.1 {line}\r\ncontent-type: application/json\r\nconnection: close\r\n{headers}\r\n{body}"));
    if matches!(says, Says::Trickle) {
        stream.set_read_timeout(Some(Duration::from_millis(1))).unwrap();
        while stream.write_all(b" ").is_ok() && !matches!(stream.read(&mut byte), Ok(0)) {}
    }
}
