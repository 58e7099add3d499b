//! HTTP by hand, for requests that no client would send.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};

use super::{Answer, PATIENCE};

pub struct Raw {
    stream: TcpStream,
    sent: String,
    received: Vec<u8>,
}

impl Raw {
    #[track_caller]
    pub fn connect(address: &str) -> Self {
        let stream = TcpStream::connect(address).unwrap_or_else(|error| panic!("nobody listens at {address}: {error}"));
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, sent: String::new(), received: Vec::new() }
    }

    /// Sends bytes. A peer that stopped reading may still have answered, so a broken pipe is no failure here.
    #[track_caller]
    pub fn send(mut self, bytes: &[u8]) -> Self {
        if self.sent.is_empty() {
            self.sent = String::from_utf8_lossy(&bytes[..bytes.len().min(120)]).escape_debug().to_string();
        }
        match self.stream.write_all(bytes) {
            Err(error) if is_time_out(error.kind()) => panic!("hangs while reading {}", self.sent),
            Ok(()) | Err(_) => self,
        }
    }

    /// Says that nothing more will come.
    pub fn close_writing(self) -> Self {
        drop(self.stream.shutdown(Shutdown::Write));
        self
    }

    /// Reads until `text` has come.
    #[track_caller]
    pub fn wait_for(mut self, text: &str) -> Self {
        while !String::from_utf8_lossy(&self.received).contains(text) {
            assert!(self.read_some(), "closed before {text}: {}", String::from_utf8_lossy(&self.received));
        }
        self.received.clear();
        self
    }

    #[track_caller]
    fn read_some(&mut self) -> bool {
        let mut piece = [0; 16 * 1024];
        match self.stream.read(&mut piece) {
            Ok(0) => false,
            Ok(length) => {
                self.received.extend_from_slice(&piece[..length]);
                true
            }
            Err(error) if is_time_out(error.kind()) => {
                panic!("hangs after {}: {}", self.sent, String::from_utf8_lossy(&self.received))
            }
            Err(_) => false,
        }
    }

    /// The first answer, once it is whole or the connection is closed; none where there was not even a status line.
    #[track_caller]
    pub fn answer(mut self) -> Option<Answer> {
        loop {
            if let Some(answer) = parse_answer(&self.sent, &self.received, false) {
                return Some(answer);
            }
            if !self.read_some() {
                return parse_answer(&self.sent, &self.received, true);
            }
        }
    }
}

fn is_time_out(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

/// Reads one HTTP/1.1 answer; none while something is missing and the connection not `closed`.
fn parse_answer(request: &str, bytes: &[u8], closed: bool) -> Option<Answer> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: Vec<(String, String)> =
        lines.filter_map(|line| line.split_once(':')).map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned())).collect();
    let mut answer = Answer { request: request.to_owned(), status, headers, body: Vec::new() };
    let rest = &bytes[end + 4..];
    if request.starts_with("HEAD ") || matches!(status, 204 | 304) {
        return Some(answer);
    }
    if answer.header("transfer-encoding").is_some_and(|encoding| encoding.eq_ignore_ascii_case("chunked")) {
        match dechunked(rest) {
            Some(body) => answer.body = body,
            None if closed => answer.body = rest.to_vec(),
            None => return None,
        }
        return Some(answer);
    }
    let length = answer.header("content-length").and_then(|length| length.parse::<usize>().ok());
    match length {
        Some(length) if rest.len() >= length => answer.body = rest[..length].to_vec(),
        _ if closed => answer.body = rest.to_vec(),
        _ => return None,
    }
    Some(answer)
}

fn dechunked(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|window| window == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..end]).ok()?.split(';').next()?.trim(), 16).ok()?;
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(rest.get(end + 2..end + 2 + size)?);
        rest = rest.get(end + 4 + size..)?;
    }
}
