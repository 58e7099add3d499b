//! What becomes of a panic: a line of the log that says where, a report with the stack, and nothing of what was at hand.

use std::panic::{self, PanicHookInfo};

use log::Level;
use sentry::Hub;
use sentry::integrations::backtrace::current_stacktrace;
use sentry::protocol::{Event, Exception};

use crate::trace::{self, Fault};

/// Tells of every panic from now on. Its message is not told: it may quote what somebody wrote.
pub fn tell() {
    panic::set_hook(Box::new(told));
}

fn told(info: &PanicHookInfo<'_>) {
    let place = info.location().map_or_else(|| "somewhere".to_owned(), |at| format!("{}:{}", at.file(), at.line()));
    let error = format!("panicked at {place}");
    let request_id = trace::with(|trace| trace.request_id.clone());
    let exception =
        Exception { ty: "panic".to_owned(), value: Some(error.clone()), stacktrace: current_stacktrace(), ..Exception::default() };
    let mut event = Event { level: sentry::Level::Fatal, exception: vec![exception].into(), ..Event::default() };
    event.tags.extend(request_id.map(|id| ("request_id".to_owned(), id)));
    Hub::main().capture_event(event);
    let fault = Fault { error_type: "panic", error: error.clone(), is_reported: true };
    // Within a request its line will tell. Elsewhere this one does, past the reports, which have it.
    if trace::with(|trace| trace.fail(fault)).is_none() {
        log::log!(target: super::PANIC, Level::Error, error, error_type = "panic"; "panicked");
    }
}
