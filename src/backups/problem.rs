//! Why there is no backup, or no restored one, in words for whoever asked for it.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::store::Refusal;

/// What went wrong with a file or folder.
#[derive(Debug)]
pub struct Trouble {
    pub file: PathBuf,
    pub problem: Problem,
}

#[derive(Debug)]
pub enum Problem {
    /// The database itself is the problem.
    Database(Refusal),
    /// What is in a backup is no database for this release.
    Content(Refusal),
    NoBackup,
    /// Written in a way that only a newer release knows.
    Newer,
    Damaged(String),
    /// Another backup is under way in this folder.
    Busy,
    /// What was being done, and what the system says.
    Failed(&'static str, io::Error),
}

pub type Result<T> = std::result::Result<T, Trouble>;

impl Problem {
    /// Whether there was no room for it.
    pub fn is_full_disk(&self) -> bool {
        match self {
            Self::Failed(_, error) => matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded),
            Self::Database(refusal) => refusal.reason.is_full_disk(),
            _ => false,
        }
    }

    pub(super) fn of(self, file: &Path) -> Trouble {
        Trouble { file: file.to_owned(), problem: self }
    }
}

/// For `map_err`: the trouble with `file` for an error of the operating system.
pub(super) fn system<'f>(file: &'f Path, doing: &'static str) -> impl Fn(io::Error) -> Trouble + 'f {
    move |error| Problem::Failed(doing, error).of(file)
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        Self { file: refusal.file.clone(), problem: Problem::Database(refusal) }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.file.display();
        match &self.problem {
            Problem::Database(refusal) => refusal.fmt(f),
            Problem::Content(refusal) => write!(f, "The backup {file} cannot be used: {}", refusal.reason.alone()),
            Problem::NoBackup => write!(f, "{file} is no backup of this program. `catatlas backup list` shows those there are."),
            Problem::Newer => write!(f, "{file} was made by a newer release. Update this program to use it."),
            Problem::Damaged(how) => write!(f, "The backup {file} is damaged or cut short ({how}). Use another, or copy it here again."),
            Problem::Busy => write!(f, "Another backup is being made in {file} at this moment. Wait for that one, or name another folder."),
            Problem::Failed(doing, error) => write!(f, "{doing} {file} failed: {error}."),
        }
    }
}

impl std::error::Error for Trouble {}
