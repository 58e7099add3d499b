//! The wiring: one file a command.

mod access;
pub mod backup;
pub mod doctor;
pub mod flag;
pub mod healthcheck;
pub mod loadtest;
mod logging;
mod manager;
pub mod manual;
pub mod migrate;
pub mod restore;
pub mod serve;
mod table;
pub mod travel;
pub mod user;
