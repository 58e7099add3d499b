//! The wiring: one file a command.

mod access;
pub mod backup;
pub mod doctor;
pub mod flag;
pub mod healthcheck;
mod logging;
pub mod migrate;
pub mod restore;
pub mod serve;
pub mod user;
