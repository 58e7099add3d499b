//! The wiring: one file a command.

mod access;
pub mod flag;
pub mod healthcheck;
mod logging;
pub mod migrate;
pub mod serve;
pub mod user;
