//! The wiring: one file a command.

pub mod healthcheck;
pub mod serve;
