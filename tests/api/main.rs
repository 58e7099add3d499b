//! The crate from inside: its parts, without the program around them.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod geocoder;
