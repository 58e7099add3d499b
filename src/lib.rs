//! CatAtlas: a self-hosted atlas of street cats. `src/README.md` is the map of this crate.

pub mod analyzer;
pub mod auth;
pub mod backups;
pub mod cli;
mod commands;
pub mod config;
pub mod domain;
pub mod geocoder;
pub mod http;
mod jobs;
mod loadtest;
mod photos;
pub mod store;
mod telemetry;
pub mod trace;
