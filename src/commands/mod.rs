//! The wiring: one file a command.

mod access;
pub mod flag;
pub mod healthcheck;
mod logging;
mod manager;
pub mod manual;
pub mod migrate;
pub mod serve;
pub mod user;
