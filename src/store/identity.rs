//! What a database file is, found out without changing it and without leaving anything beside it.

use std::fmt;
use std::fs::{self, File, Permissions};
use std::io::{self, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, OptionalExtension as _};
use tempfile::TempDir;
use url::Url;

use super::file::{beside, integrity};
use super::migrations::{APPLICATION_ID, LATEST};
use super::predecessor;
use super::refusal::{Reason, Result, engine, system};

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Absent, or without a single table.
    New,
    /// The predecessor's, in one of the three schemas it has had.
    Predecessor { schema: u8 },
    /// Ours. A version above [`LATEST`] says of itself that this release may use it.
    Ours { schema: i32 },
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::New => f.write_str("new: there is no database in it yet"),
            Self::Predecessor { schema } => write!(f, "a database of the predecessor, schema {schema}"),
            Self::Ours { schema } => write!(f, "an atlas, schema version {schema}"),
        }
    }
}

/// Looks at a file, links followed. Must not be called while this process has it open: closing a file drops SQLite's locks on it.
pub(super) fn identify(file: &Path) -> Result<Kind> {
    let Some(header) = Header::read(file).map_err(|error| Reason::Unreadable(error).of(file))? else {
        // SQLite would take the log for a stale one and delete it.
        return if has_content(&beside(file, "-wal")) { Err(Reason::LogAlone.of(file)) } else { Ok(Kind::New) };
    };
    if !header.is_sqlite() {
        return Err(Reason::NoDatabase.of(file));
    }
    // Our files change their version in rollback mode only, so without a journal the header is the truth.
    let schema = header.number(60);
    if header.number(68) == APPLICATION_ID && (1..=LATEST).contains(&schema) && !has_content(&beside(file, "-journal")) {
        return header.check_length(file).map(|()| Kind::Ours { schema });
    }
    Look::at(file, &header)?.kind(file)
}

/// Whether a file is there and begins as databases do.
pub(super) fn is_sqlite(file: &Path) -> io::Result<bool> {
    Ok(Header::read(file)?.is_some_and(|header| header.is_sqlite()))
}

/// The beginning of an SQLite file: <https://www.sqlite.org/fileformat.html#the_database_header>.
struct Header([u8; 100]);

impl Header {
    /// None where the file is absent or empty. What is missing at the end is zero.
    fn read(file: &Path) -> io::Result<Option<Self>> {
        let file = match File::open(file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened?,
        };
        let mut bytes = Vec::new();
        file.take(100).read_to_end(&mut bytes)?;
        let is_empty = bytes.is_empty();
        bytes.resize(100, 0);
        Ok((!is_empty).then(|| Self(std::array::from_fn(|at| bytes[at]))))
    }

    fn is_sqlite(&self) -> bool {
        self.0.starts_with(b"SQLite format 3\0")
    }

    fn is_in_wal_mode(&self) -> bool {
        self.0[18..20] == [2, 2]
    }

    /// A big-endian number of four bytes.
    fn number(&self, at: usize) -> i32 {
        i32::from_be_bytes(std::array::from_fn(|byte| self.0[at + byte]))
    }

    /// Refuses a file that is shorter than it should be.
    fn check_length(&self, file: &Path) -> Result<()> {
        // A log may hold what the file lacks.
        if has_content(&beside(file, "-wal")) {
            return Ok(());
        }
        let page_size = match u16::from_be_bytes([self.0[16], self.0[17]]) {
            1 => 65_536,
            size => u64::from(size),
        };
        let expected = page_size * u64::from(self.number(28).unsigned_abs());
        let length = fs::metadata(file).map_err(system(file, "reading"))?.len();
        if length >= expected {
            return Ok(());
        }
        Err(Reason::Damaged(format!("it has {length} bytes and should have {expected}")).of(file))
    }
}

/// A connection that sees what is in a file and does nothing to it.
struct Look {
    connection: Connection,
    _copy: Option<DatabaseCopy>,
}

impl Look {
    fn at(file: &Path, header: &Header) -> Result<Self> {
        let engine = engine(file, "opening");
        // To take in a log or a hot journal is to change the file.
        if ["-wal", "-journal"].iter().any(|ending| has_content(&beside(file, ending))) {
            let copy = DatabaseCopy::of(file)?;
            let connection = Connection::open_with_flags(&copy.file, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(engine)?;
            return Ok(Self { connection, _copy: Some(copy) });
        }
        // Even a reader makes files beside a database in WAL mode, unless told that nobody will write. Without a log nobody does.
        let mut url = Url::from_file_path(file).map_err(|()| Reason::NoRegularFile.of(file))?;
        if header.is_in_wal_mode() {
            url.set_query(Some("immutable=1"));
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        let connection = Connection::open_with_flags(url.as_str(), flags).map_err(engine)?;
        Ok(Self { connection, _copy: None })
    }

    fn kind(&self, file: &Path) -> Result<Kind> {
        let engine = engine(file, "reading");
        let number = |name| self.connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0)).map_err(&engine);
        let tables = self.tables().map_err(&engine)?;
        match (number("application_id")?, number("user_version")?) {
            (APPLICATION_ID, schema) if (1..=LATEST).contains(&schema) => Ok(Kind::Ours { schema }),
            (APPLICATION_ID, schema) if schema > LATEST => {
                let is_usable = self.usable_from(schema).is_some_and(|oldest| oldest <= LATEST);
                if is_usable { Ok(Kind::Ours { schema }) } else { Err(Reason::Newer { schema, known: LATEST }.of(file)) }
            }
            (0, 0) if tables.is_empty() => Ok(Kind::New),
            (0, 0) => {
                let schema = predecessor::recognise(&self.connection).map_err(&engine)?;
                let schema = schema.ok_or_else(|| Reason::Foreign(tables).of(file))?;
                integrity(&self.connection, file).map(|()| Kind::Predecessor { schema })
            }
            _ => Err(Reason::Foreign(tables).of(file)),
        }
    }

    /// The oldest schema version whose releases may use a newer one, if that is said where we look for it.
    fn usable_from(&self, schema: i32) -> Option<i32> {
        let sql = "SELECT usable_from FROM schema_versions WHERE version = ?1";
        self.connection.query_row(sql, [schema], |row| row.get(0)).optional().unwrap_or_default()
    }

    fn tables(&self) -> rusqlite::Result<Vec<String>> {
        let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name LIMIT 8";
        self.connection.prepare(sql)?.query_map([], |row| row.get(0))?.collect()
    }
}

/// A database file with its log and journal, in a folder of its own that goes with this value.
pub(super) struct DatabaseCopy {
    pub file: PathBuf,
    _folder: TempDir,
}

impl DatabaseCopy {
    pub fn of(original: &Path) -> Result<Self> {
        let failed = system(original, "copying");
        let private = Permissions::from_mode(0o700);
        let folder = tempfile::Builder::new().prefix("atlas-copy-").permissions(private).tempdir().map_err(&failed)?;
        let file = folder.path().join("copy.db");
        fs::copy(original, &file).map_err(&failed)?;
        for ending in ["-wal", "-journal"] {
            if has_content(&beside(original, ending)) {
                fs::copy(beside(original, ending), beside(&file, ending)).map_err(&failed)?;
            }
        }
        Ok(Self { file, _folder: folder })
    }
}

fn has_content(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|metadata| metadata.len() > 0)
}
