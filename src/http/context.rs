//! What is known of a request before anything is asked of it: its id, who sends it, and that it is under way.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, OnceLock};
use std::time::Instant;

use rocket::http::Header;
use rocket::{Request, Response};
use tokio::sync::Notify;

use crate::trace::Trace;

use super::client;
use super::limits::Standing;

/// The requests under way, bodies of answers included.
#[derive(Debug, Clone, Default)]
pub struct InFlight {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    count: AtomicUsize,
    none_left: Notify,
    is_stopping: AtomicBool,
}

impl InFlight {
    fn enter(&self) -> Entered {
        self.shared.count.fetch_add(1, Ordering::SeqCst);
        Entered(Arc::clone(&self.shared))
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.shared.count.load(Ordering::SeqCst)
    }

    /// Keeps no connection open for a next request any more, and waits until none is under way.
    pub async fn drained(&self) {
        self.shared.is_stopping.store(true, Ordering::SeqCst);
        loop {
            let none_left = self.shared.none_left.notified();
            if self.shared.count.load(Ordering::SeqCst) == 0 {
                return;
            }
            none_left.await;
        }
    }
}

/// One request under way. Rocket keeps it with the request, and that until the last byte of the answer is handed over.
struct Entered(Arc<Shared>);

impl Drop for Entered {
    fn drop(&mut self) {
        if self.0.count.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.0.none_left.notify_waiters();
        }
    }
}

/// The context of one request.
pub struct Context {
    pub trace: Arc<Trace>,
    pub began: Instant,
    /// Where it comes from, past trusted proxies.
    pub address: IpAddr,
    /// Who is signed in; said before the limits count.
    pub user: OnceLock<i64>,
    /// What the limits said, if they counted it.
    pub standing: OnceLock<Standing>,
    entered: Option<Entered>,
    /// Whether it was told of already: an answer may pass by more than once.
    is_told: AtomicBool,
}

impl Context {
    /// The context of a request. One that the fairings never saw (it was no HTTP) gets one here.
    pub fn of<'r>(request: &'r Request<'_>) -> &'r Self {
        request.local_cache(|| Self {
            trace: Trace::new(request_id(request), false),
            began: Instant::now(),
            address: client::address(request),
            user: OnceLock::new(),
            standing: OnceLock::new(),
            entered: request.rocket().state::<InFlight>().map(InFlight::enter),
            is_told: AtomicBool::new(false),
        })
    }

    pub fn request_id(&self) -> &str {
        &self.trace.request_id
    }

    /// Whether this is the first time that it is asked.
    pub fn is_first_telling(&self) -> bool {
        !self.is_told.swap(true, Ordering::Relaxed)
    }

    /// Names the request in the answer. While the server stops, connections are not kept for a next request.
    pub fn end(&self, response: &mut Response<'_>) {
        response.set_header(Header::new("X-Request-ID", self.trace.request_id.clone()));
        if self.entered.as_ref().is_some_and(|entered| entered.0.is_stopping.load(Ordering::SeqCst)) {
            response.set_header(Header::new("Connection", "close"));
        }
    }
}

/// The id that the request brings, if it is one that can stand anywhere, or a new one.
fn request_id(request: &Request<'_>) -> String {
    let mut sent = request.headers().get("X-Request-ID");
    match (sent.next(), sent.next()) {
        (Some(id), None) if is_well_formed(id) => id.to_owned(),
        _ => new_request_id(),
    }
}

fn is_well_formed(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

/// Eight hexadecimal digits that no other request of this run has, until there were four billion.
fn new_request_id() -> String {
    static NEXT: LazyLock<AtomicU32> = LazyLock::new(|| AtomicU32::new(getrandom::u32().unwrap_or_default()));
    // An odd step comes past every number once; this one, of the golden ratio, looks as if they were drawn.
    format!("{:08x}", NEXT.fetch_add(0x9E37_79B9, Ordering::Relaxed))
}

pub fn begin(request: &Request<'_>) {
    Context::of(request);
}
