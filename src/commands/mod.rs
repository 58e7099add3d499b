//! The wiring: one file a command.

mod geocoding;
pub mod healthcheck;
pub mod migrate;
mod photos;
pub mod serve;
