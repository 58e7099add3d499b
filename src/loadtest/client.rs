//! A lean HTTP/1.1 client: one connection that is kept, bytes that are made beforehand, and no allocation once its buffer has grown.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use httparse::{EMPTY_HEADER, Response, Status};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::failure::Failure;
use super::number;

/// More headers than any answer of a sane server has.
const HEADERS: usize = 64;
/// Room for what is read at once; it grows to the longest answer.
const ROOM: usize = 16 * 1024;

/// One connection to a server, made when it is needed.
#[derive(Debug)]
pub struct Client {
    address: SocketAddr,
    timeout: Duration,
    stream: Option<TcpStream>,
    buffer: Vec<u8>,
}

/// What was answered. The body is kept by the client until the next request.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'c> {
    pub status: u16,
    pub retry_after_s: Option<u64>,
    pub body: &'c [u8],
}

/// What the head of an answer says.
#[derive(Debug, Clone, Copy)]
struct Head {
    status: u16,
    length: usize,
    body: Body,
    retry_after_s: Option<u64>,
    closes: bool,
}

#[derive(Debug, Clone, Copy)]
enum Body {
    Sized(usize),
    Chunked,
    UntilClosed,
}

impl Client {
    pub fn new(address: SocketAddr, timeout: Duration) -> Self {
        Self { address, timeout, stream: None, buffer: Vec::with_capacity(ROOM) }
    }

    /// Sends a request and reads the whole answer.
    ///
    /// # Errors
    /// No connection, one that ended early, an answer that is no HTTP, or none in time. The next request makes a new connection.
    pub async fn exchange(&mut self, request: &[u8]) -> Result<Answer<'_>, Failure> {
        let read = match timeout(self.timeout, self.try_exchange(request)).await {
            Ok(read) => read,
            Err(_) => Err(Failure::TimedOut),
        };
        if !matches!(read, Ok((head, _)) if !head.closes) {
            self.stream = None;
        }
        let (head, end) = read?;
        Ok(Answer { status: head.status, retry_after_s: head.retry_after_s, body: &self.buffer[head.length..end] })
    }

    async fn try_exchange(&mut self, request: &[u8]) -> Result<(Head, usize), Failure> {
        if let Some(stream) = &mut self.stream {
            match converse(stream, request, &mut self.buffer).await {
                // A server may close a connection that idles at any time: what it never began to answer is asked once more.
                Err(Failure::Broken) if self.buffer.is_empty() => {}
                answered => return answered,
            }
        }
        let mut stream = TcpStream::connect(self.address).await.map_err(|_| Failure::NotConnected)?;
        stream.set_nodelay(true).map_err(|_| Failure::NotConnected)?;
        let answered = converse(&mut stream, request, &mut self.buffer).await;
        self.stream = Some(stream);
        answered
    }
}

/// A request and its answer, and where in the buffer that ends.
async fn converse(stream: &mut TcpStream, request: &[u8], buffer: &mut Vec<u8>) -> Result<(Head, usize), Failure> {
    buffer.clear();
    stream.write_all(request).await.map_err(broken)?;
    let is_head = request.starts_with(b"HEAD ");
    let mut head = None;
    loop {
        let read = stream.read_buf(buffer).await.map_err(broken)?;
        if head.is_none() {
            head = parse(buffer, is_head)?;
        }
        let Some(found) = head else {
            if read == 0 {
                return Err(Failure::Broken);
            }
            continue;
        };
        if let Some(end) = end_of(&found, buffer, read == 0)? {
            return Ok((found, end));
        }
        if read == 0 {
            return Err(Failure::Broken);
        }
    }
}

fn broken(_: io::Error) -> Failure {
    Failure::Broken
}

/// The head of an answer, once all of it is there. Interim answers (100 to 199) are passed over by reading on.
fn parse(buffer: &mut Vec<u8>, is_head: bool) -> Result<Option<Head>, Failure> {
    let mut headers = [EMPTY_HEADER; HEADERS];
    let mut response = Response::new(&mut headers);
    let length = match response.parse(buffer) {
        Ok(Status::Complete(length)) => length,
        Ok(Status::Partial) => return Ok(None),
        Err(_) => return Err(Failure::NotHttp),
    };
    let status = response.code.unwrap_or_default();
    if (100..200).contains(&status) {
        buffer.drain(..length);
        return parse(buffer, is_head);
    }
    let mut head = Head { status, length, body: Body::UntilClosed, retry_after_s: None, closes: response.version == Some(0) };
    for header in response.headers.iter() {
        let text = std::str::from_utf8(header.value).unwrap_or_default().trim();
        if header.name.eq_ignore_ascii_case("content-length") {
            head.body = Body::Sized(text.parse().map_err(|_| Failure::NotHttp)?);
        } else if header.name.eq_ignore_ascii_case("transfer-encoding") && text.eq_ignore_ascii_case("chunked") {
            head.body = Body::Chunked;
        } else if header.name.eq_ignore_ascii_case("connection") {
            head.closes = text.eq_ignore_ascii_case("close") || head.closes && !text.eq_ignore_ascii_case("keep-alive");
        } else if header.name.eq_ignore_ascii_case("retry-after") {
            head.retry_after_s = number(text);
        }
    }
    if is_head || status == 204 || status == 304 {
        head.body = Body::Sized(0);
    }
    head.closes |= matches!(head.body, Body::UntilClosed);
    Ok(Some(head))
}

/// Where an answer ends in the buffer, if it does yet.
fn end_of(head: &Head, buffer: &[u8], is_closed: bool) -> Result<Option<usize>, Failure> {
    match head.body {
        Body::Sized(size) => Ok((buffer.len() >= head.length + size).then_some(head.length + size)),
        Body::UntilClosed => Ok(is_closed.then_some(buffer.len())),
        Body::Chunked => end_of_chunks(&buffer[head.length..]).map(|end| end.map(|end| head.length + end)),
    }
}

/// Where the last of some chunks ends. Walked from the first one each time: answers in chunks are short here.
fn end_of_chunks(chunks: &[u8]) -> Result<Option<usize>, Failure> {
    let mut at = 0;
    loop {
        let Some(rest) = chunks.get(at..) else { return Ok(None) };
        match httparse::parse_chunk_size(rest).map_err(|_| Failure::NotHttp)? {
            Status::Partial => return Ok(None),
            // Trailers are rare and end with an empty line; without them that line follows at once.
            Status::Complete((start, 0)) => {
                let tail = &rest[start..];
                let end =
                    if tail.starts_with(b"\r\n") { Some(2) } else { tail.windows(4).position(|at| at == b"\r\n\r\n").map(|end| end + 4) };
                return Ok(end.map(|end| at + start + end));
            }
            Status::Complete((start, size)) => {
                let size = usize::try_from(size).map_err(|_| Failure::NotHttp)?;
                at = at.checked_add(start + 2).and_then(|at| at.checked_add(size)).ok_or(Failure::NotHttp)?;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(answer: &str, is_closed: bool) -> Result<Option<(u16, String)>, Failure> {
        let mut buffer = answer.as_bytes().to_vec();
        let Some(head) = parse(&mut buffer, false)? else { return Ok(None) };
        let end = end_of(&head, &buffer, is_closed)?;
        Ok(end.map(|end| (head.status, String::from_utf8_lossy(&buffer[head.length..end]).into_owned())))
    }

    #[test]
    fn an_answer_ends_where_its_length_its_chunks_or_the_connection_say() {
        let whole = |answer| read(answer, false).unwrap().unwrap();
        assert_eq!(whole("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ncat"), (200, "cat".into()));
        assert_eq!(whole("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 X\r\ncontent-length: 0\r\n\r\n"), (404, String::new()));
        let chunks = "3\r\ncat\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n";
        let chunked = format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}");
        assert_eq!(whole(&chunked), (200, chunks.into()));
        for cut in 0..chunked.len() {
            assert_eq!(read(&chunked[..cut], false), Ok(None), "{cut}");
        }
        assert_eq!(read("HTTP/1.0 200 OK\r\n\r\ncat", false), Ok(None));
        assert_eq!(read("HTTP/1.0 200 OK\r\n\r\ncat", true), Ok(Some((200, "cat".into()))));
    }

    #[test]
    fn what_is_no_http_is_told_apart() {
        for answer in [
            "cat\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: cat\r\n\r\n",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\ncat\r\n",
        ] {
            assert_eq!(read(answer, false), Err(Failure::NotHttp), "{answer}");
        }
    }
}
