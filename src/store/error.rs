//! What can go wrong between a question and the disk.

use std::fmt;

/// A failure of the database. What a caller can mend comes as an `Option` or an outcome of its own, never as one of these.
#[derive(Debug)]
pub enum StoreError {
    /// The engine said no: a broken constraint, a full disk, a damaged file.
    Engine(rusqlite::Error),
    /// The writer's queue is full or the writer is stopping: try again in a moment.
    Busy,
    /// A write was not made durable: its batch failed, or its job panicked.
    Lost(String),
}

pub type Result<T, E = StoreError> = std::result::Result<T, E>;

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Engine(error) => write!(f, "the database refused: {error}"),
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
            Self::Busy => "Busy",
            Self::Lost(_) => "WriteLost",
        }
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Engine(error) => Some(error),
            Self::Busy | Self::Lost(_) => None,
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Engine(error)
    }
}
