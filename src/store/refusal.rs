//! Why a database file is not opened, in words for the person who named it. What is refused stays as it was.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// A file that is left alone, and why.
#[derive(Debug)]
pub struct Refusal {
    pub file: PathBuf,
    pub reason: Reason,
}

#[derive(Debug)]
pub enum Reason {
    Directory,
    /// A device, a pipe, a socket.
    NoRegularFile,
    /// A link to a file that does not exist.
    LinkToNowhere,
    NoFolder,
    /// What the operating system says to opening it.
    Unreadable(io::Error),
    Unwritable(io::Error),
    UnwritableFolder(io::Error),
    /// Another process of ours has it; its id, unless it has only just started.
    InUse(Option<u32>),
    /// A program that is not ours has it open.
    InUseByOthers,
    NoDatabase,
    /// A database that is to be ours and is not, or not yet.
    NotYetOurs,
    /// The tables of somebody else's database.
    Foreign(Vec<String>),
    Newer {
        schema: i32,
        known: i32,
    },
    Damaged(String),
    /// The disk has no room for what is to be written.
    Full,
    /// It went through a migration of this number that reads otherwise in this program.
    Edited(i32),
    /// There is no way to this schema version from the one it has.
    NoWay {
        from: i32,
        to: i32,
    },
    /// A write-ahead log without the database it belongs to.
    LogAlone,
    /// What was being done, and what went wrong with it.
    Failed(&'static str, String),
}

pub type Result<T> = std::result::Result<T, Refusal>;

impl Reason {
    /// Whether there was no room for it.
    pub fn is_full_disk(&self) -> bool {
        matches!(self, Self::Full)
    }

    pub(super) fn of(self, file: &Path) -> Refusal {
        Refusal { file: file.to_owned(), reason: self }
    }

    /// What the engine's error says about the file, met while `doing` something with it.
    pub(super) fn from_engine(error: &rusqlite::Error, doing: &'static str) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Self::NoDatabase,
            Some(ErrorCode::DatabaseCorrupt) => Self::Damaged(error.to_string()),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::InUseByOthers,
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::ReadOnly) => Self::Unwritable(io::ErrorKind::PermissionDenied.into()),
            _ => Self::Failed(doing, in_words(error)),
        }
    }
}

fn in_words(error: &rusqlite::Error) -> String {
    match error {
        // Otherwise it shows all the SQL, pages of it.
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        other => other.to_string(),
    }
}

/// For `map_err`: the refusal of `file` for an error of the engine.
pub(super) fn engine<'f>(file: &'f Path, doing: &'static str) -> impl Fn(rusqlite::Error) -> Refusal + 'f {
    move |error| Reason::from_engine(&error, doing).of(file)
}

/// For `map_err`: the refusal of `file` for an error of the operating system.
pub(super) fn system<'f>(file: &'f Path, doing: &'static str) -> impl Fn(io::Error) -> Refusal + 'f {
    move |error| Reason::Failed(doing, error.to_string()).of(file)
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.file.display();
        match &self.reason {
            Reason::Directory => write!(f, "{file} is a directory. Name a file in it, such as {file}/atlas.db."),
            Reason::NoRegularFile => write!(f, "{file} is not a regular file. Name a database file, or one that does not exist yet."),
            Reason::LinkToNowhere => write!(f, "{file} is a link to a file that does not exist. Mend or remove the link."),
            Reason::NoFolder => write!(f, "The folder for {file} does not exist. Make it first, or name another file."),
            Reason::Unreadable(error) => write!(f, "{file} cannot be read ({error}). Let the user who runs this read and write it."),
            Reason::Unwritable(error) => write!(f, "{file} cannot be written ({error}). Let the user who runs this write the file."),
            Reason::UnwritableFolder(error) => {
                write!(
                    f,
                    "Files cannot be made beside {file} ({error}), and a database needs some. Let the user who runs this write the folder."
                )
            }
            Reason::InUse(Some(pid)) => write!(f, "{file} is in use: process {pid} has it open. Stop that one first."),
            Reason::InUse(None) => write!(f, "{file} is in use: another process has just opened it. Stop that one first."),
            Reason::InUseByOthers => write!(f, "{file} is in use: another program has it open. Stop that one (the predecessor?) first."),
            Reason::NoDatabase => {
                write!(
                    f,
                    "{file} is not a database: it is no SQLite file, or its beginning is damaged. It was left as it is. {NAME_ANOTHER}"
                )
            }
            Reason::NotYetOurs => {
                write!(f, "{file} is no atlas of this program. If it is the predecessor's, `catatlas migrate` adopts it.")
            }
            Reason::Foreign(tables) => {
                write!(
                    f,
                    "{file} is an SQLite database, but neither ours nor the predecessor's ({}). It was left as it is. {NAME_ANOTHER}",
                    has(tables)
                )
            }
            Reason::Newer { schema, known } => {
                write!(
                    f,
                    "{file} was made by a newer release: it has schema version {schema}, and this release knows up to {known}. Update this program, or use a backup from before."
                )
            }
            Reason::Damaged(how) => {
                write!(
                    f,
                    "{file} is damaged or incomplete ({how}). It was left as it is. If another program is writing to it, stop that one first; else use a backup, or save what can be saved with `sqlite3 {file} .recover`."
                )
            }
            Reason::Full => write!(f, "The disk has no room for {file} and what is made beside it. Please make some."),
            Reason::Edited(version) => write!(
                f,
                "{file} was made by another build of this program: its migration {version} reads otherwise. It was left as it is. Use the release that made it."
            ),
            Reason::NoWay { from, to } => {
                write!(f, "{file} has schema version {from}, from which there is no way down to {to}. Name a version from 1 to {from}.")
            }
            Reason::LogAlone => {
                write!(
                    f,
                    "{file}-wal holds what was written last to a database {file} that is gone. Put the database back, or move {file}-wal away."
                )
            }
            Reason::Failed(doing, why) => write!(f, "{doing} {file} failed: {why}."),
        }
    }
}

impl Reason {
    /// The reason where it is not a file of the reader's that it is about, but what is in one.
    pub fn alone(&self) -> String {
        match self {
            Self::Newer { schema, known } => {
                format!("it was made by a newer release (schema version {schema}, this one knows up to {known}). Update this program.")
            }
            Self::Damaged(how) => format!("what is in it is damaged ({how}). Use another backup."),
            Self::NoDatabase | Self::NotYetOurs | Self::Foreign(_) => "there is no atlas in it. Use another backup.".to_owned(),
            other => Refusal { file: PathBuf::from("it"), reason: Self::Failed("reading", format!("{other:?}")) }.to_string(),
        }
    }
}

fn has(tables: &[String]) -> String {
    match tables {
        [] => "it has no tables".to_owned(),
        some if some.iter().any(|own| own == "entries") => "its tables have other columns than the predecessor's".to_owned(),
        some => format!("it has tables {}", some.join(", ")),
    }
}

const NAME_ANOTHER: &str = "Name another file; one that does not exist yet becomes a new database.";

impl std::error::Error for Refusal {}
