//! What can go wrong between a question and the disk.

use std::fmt;

use rusqlite::ErrorCode;

/// A failure of the database. What a caller can mend comes as an `Option` or an outcome of its own, never as one of these.
#[derive(Debug)]
pub enum StoreError {
    /// The engine said no: a broken constraint, a failing disk.
    Engine(rusqlite::Error),
    /// The disk has no room for it.
    Full,
    /// The file is damaged, and how.
    Damaged(String),
    /// The writer's queue is full, the writer is stopping, or another program holds the file: try again in a moment.
    Busy,
    /// A write was not made durable: its batch failed, or its job panicked.
    Lost(String),
}

pub type Result<T, E = StoreError> = std::result::Result<T, E>;

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Engine(error) => write!(f, "the database refused: {error}"),
            Self::Full => f.write_str("the disk is full"),
            Self::Damaged(how) => write!(f, "the database is damaged: {how}"),
            Self::Busy => f.write_str("the database has too much to do or is stopping"),
            Self::Lost(why) => write!(f, "a write was not kept: {why}"),
        }
    }
}

impl StoreError {
    /// What kind of failure it is, in a word.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Engine(_) => "DatabaseError",
            Self::Full => "DiskFull",
            Self::Damaged(_) => "DatabaseDamaged",
            Self::Busy => "Busy",
            Self::Lost(_) => "WriteLost",
        }
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Engine(error) => Some(error),
            Self::Full | Self::Damaged(_) | Self::Busy | Self::Lost(_) => None,
        }
    }
}

impl StoreError {
    /// The same, for another whose write is lost with this one.
    #[must_use]
    pub fn shared(&self) -> Self {
        match self {
            Self::Full => Self::Full,
            Self::Damaged(how) => Self::Damaged(how.clone()),
            Self::Busy => Self::Busy,
            Self::Engine(error) => Self::Lost(error.to_string()),
            Self::Lost(why) => Self::Lost(why.clone()),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged(error.to_string()),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            _ => Self::Engine(error),
        }
    }
}
