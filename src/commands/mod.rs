//! The wiring: one file a command.

mod access;
mod geocoding;
pub mod healthcheck;
pub mod migrate;
pub mod serve;
pub mod user;
