//! The wiring: one file a command.

pub mod healthcheck;
pub mod migrate;
pub mod serve;
