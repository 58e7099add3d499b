//! The wiring: one file a command.

mod access;
pub mod healthcheck;
pub mod loadtest;
pub mod migrate;
pub mod serve;
pub mod user;
