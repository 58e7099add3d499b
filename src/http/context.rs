//! What is known of a request before anything is asked of it: its id, who sends it, and that it is under way.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use rocket::http::Header;
use rocket::{Request, Response};
use tokio::sync::Notify;

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
    pub request_id: String,
    /// Where it comes from, past trusted proxies.
    pub address: IpAddr,
    /// Who is signed in; said before the limits count.
    pub user: OnceLock<i64>,
    /// What the limits said, if they counted it.
    pub standing: OnceLock<Standing>,
    _entered: Option<Entered>,
}

impl Context {
    /// The context of a request. One that the fairings never saw (it was no HTTP) gets one here.
    pub fn of<'r>(request: &'r Request<'_>) -> &'r Self {
        request.local_cache(|| Self {
            request_id: request_id(),
            address: client::address(request),
            user: OnceLock::new(),
            standing: OnceLock::new(),
            _entered: request.rocket().state::<InFlight>().map(InFlight::enter),
        })
    }
}

/// Eight random hexadecimal digits.
fn request_id() -> String {
    // Where the system has no randomness to give, an id that repeats is better than no answer.
    getrandom::u32().map_or_else(|_| "00000000".to_owned(), |random| format!("{random:08x}"))
}

pub fn begin(request: &Request<'_>) {
    Context::of(request);
}

/// Names the request in the answer. While the server stops, connections are not kept for a next request.
pub fn end(request: &Request<'_>, response: &mut Response<'_>) {
    response.set_header(Header::new("X-Request-ID", Context::of(request).request_id.clone()));
    if request.rocket().state::<InFlight>().is_some_and(|all| all.shared.is_stopping.load(Ordering::SeqCst)) {
        response.set_header(Header::new("Connection", "close"));
    }
}
