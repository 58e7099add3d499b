//! Which request a task or a thread works for: its id, what it takes its time for, and what went wrong with it.

use std::fmt::Display;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

tokio::task_local! {
    static CURRENT: Arc<Trace>;
}

/// How many spans of one request are kept: enough to see where its time went.
const MOST_SPANS: usize = 100;

/// What is known of the work for one request, wherever it is done.
#[derive(Debug)]
pub struct Trace {
    /// Names the request in log lines, answers and reports.
    pub request_id: String,
    /// None where nobody will ask for them.
    spans: Option<Mutex<Vec<Span>>>,
    fault: OnceLock<Fault>,
}

/// A stretch of time that was spent on one thing.
#[derive(Debug, Clone)]
pub struct Span {
    /// The kind of work, such as `db.query`.
    pub operation: &'static str,
    /// What was done, in a few words.
    pub description: &'static str,
    pub began: Instant,
    pub took: Duration,
}

/// Why a request failed.
#[derive(Debug, Clone)]
pub struct Fault {
    pub error_type: &'static str,
    pub error: String,
    /// Whether it has been reported already, with more than can be said here: a panic where it happened.
    pub is_reported: bool,
}

impl Trace {
    /// A trace of nothing yet, which collects spans if somebody wants them.
    pub fn new(request_id: String, has_spans: bool) -> Arc<Self> {
        Arc::new(Self { request_id, spans: has_spans.then(Mutex::default), fault: OnceLock::new() })
    }

    /// The spans so far, in the order in which they ended.
    pub fn spans(&self) -> Vec<Span> {
        self.spans.as_ref().map_or_else(Vec::new, |spans| spans.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    pub fn fault(&self) -> Option<&Fault> {
        self.fault.get()
    }

    /// Keeps the first thing that went wrong: what follows is of it.
    pub fn fail(&self, fault: Fault) {
        self.fault.get_or_init(|| fault);
    }
}

/// The trace of whatever is being worked on here.
#[expect(clippy::disallowed_methods, reason = "outside of a request there is none")]
pub fn current() -> Option<Arc<Trace>> {
    CURRENT.try_with(Arc::clone).ok()
}

/// Asks something of the current trace, without a hand on it.
#[expect(clippy::disallowed_methods, reason = "outside of a request there is none")]
pub fn with<T>(ask: impl FnOnce(&Trace) -> T) -> Option<T> {
    CURRENT.try_with(|trace| ask(trace)).ok()
}

/// A task that is work for this request.
pub async fn of<F: Future>(trace: Arc<Trace>, task: F) -> F::Output {
    CURRENT.scope(trace, task).await
}

/// Work on another thread for the request that it was taken from, if it was one.
pub fn within<T>(trace: Option<Arc<Trace>>, work: impl FnOnce() -> T) -> T {
    match trace {
        Some(trace) => CURRENT.sync_scope(trace, work),
        None => work(),
    }
}

/// Says that something has just ended that began then.
pub fn span(operation: &'static str, description: &'static str, began: Instant) {
    let add = |trace: &Trace| {
        let Some(spans) = &trace.spans else { return };
        let mut spans = spans.lock().unwrap_or_else(PoisonError::into_inner);
        if spans.len() < MOST_SPANS {
            spans.push(Span { operation, description, began, took: began.elapsed() });
        }
    };
    with(add);
}

/// Says why this cannot go on. It is told once: with the line of the request, or at once where there is none.
pub fn fail(error_type: &'static str, error: &impl Display) {
    let fault = Fault { error_type, error: error.to_string(), is_reported: false };
    if with(|trace| trace.fail(fault.clone())).is_none() {
        log::error!(error_type; "{}", fault.error);
    }
}
