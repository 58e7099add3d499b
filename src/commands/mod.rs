//! The wiring: one file a command.

mod geocoding;
pub mod healthcheck;
pub mod migrate;
pub mod serve;
