//! What an operator sees of a running server.

pub mod levels;
pub mod lines;
pub mod logs;
pub mod outlet;
pub mod panics;
pub mod reports;
mod scrubbing;

/// The target of lines about what took too long: they are reported, though nothing failed.
const SLOW: &str = "catatlas::slow";
/// The target of lines about panics, which are reported where they happen.
const PANIC: &str = "catatlas::panic";
