//! The crate from within: its own source, its parts on real database files, its routes without a socket.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "a test stops at what it did not expect")]

mod adoption;
mod areas;
mod claims;
mod clusters;
mod database_files;
mod documents;
mod doors;
mod geocoder;
mod grouping;
mod keywords;
mod layers;
mod matching;
mod openapi;
mod oracle;
mod query_plans;
mod roles;
mod rounding;
mod schema;
mod search_index;
mod server;
mod sightings;
mod source;
