//! The ways in which a request fails, told apart.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a request does not count as answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// No connection could be made.
    NotConnected,
    /// The connection ended before the answer did.
    Broken,
    /// What came was no HTTP.
    NotHttp,
    /// No answer within the time a request may take.
    TimedOut,
    /// Due before the end of the run, and never sent: every connection was waiting.
    NeverSent,
    /// A status that was not expected.
    Status(u16),
    /// The status was right, and the body not.
    Check,
}

impl Failure {
    /// A short name for reports.
    pub fn kind(self) -> String {
        match self {
            Self::NotConnected => "connect".into(),
            Self::Broken => "broken".into(),
            Self::NotHttp => "not_http".into(),
            Self::TimedOut => "timeout".into(),
            Self::NeverSent => "never_sent".into(),
            Self::Status(status) => format!("status_{status}"),
            Self::Check => "check".into(),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotConnected => out.write_str("no connection"),
            Self::Broken => out.write_str("the connection ended before the answer did"),
            Self::NotHttp => out.write_str("the answer was no HTTP"),
            Self::TimedOut => out.write_str("no answer in time"),
            Self::NeverSent => out.write_str("due, and never sent: every connection was waiting"),
            Self::Status(status) => write!(out, "status {status}"),
            Self::Check => out.write_str("the answer did not say what it should"),
        }
    }
}
