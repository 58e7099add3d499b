//! The program as a stranger meets it: spawned for real, on a real file, asked over a real socket.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "a test stops at what it did not expect")]

mod support;

mod access;
mod accounts;
mod adoption;
mod assets;
mod audit;
mod bad_http;
mod bad_input;
mod bad_values;
mod browsers;
mod cats;
mod cleaning;
mod commands;
mod configuration;
mod cors;
mod crashes;
mod entries;
mod entry_changes;
mod entry_filters;
mod environments;
mod flags;
mod geocoding;
mod golden;
mod headers;
mod health;
mod insights;
mod legacy_answers;
mod lifecycle;
mod limits;
mod logs;
mod long_lists;
mod methods;
mod metrics;
mod photo_bytes;
mod photo_forms;
mod photo_keeping;
mod photos;
mod refusals;
mod service;
mod sign_in;
mod user_limits;
mod users;
mod validation;
mod xss;
