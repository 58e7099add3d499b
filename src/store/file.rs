//! A database file: how it becomes one of this release, and how it is opened.

use std::ffi::OsString;
use std::fmt;
use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags};

use super::adoption::{self, Adoption};
use super::identity::{self, DatabaseCopy, Kind};
use super::lock::Lock;
use super::migrations::{self, LATEST, Step};
use super::refusal::{Reason, Refusal, Result, engine, system};
use super::safety_copy;

/// A file that is ours, of a schema this release can use, and locked for this process as long as this value lives.
#[derive(Debug)]
pub struct Prepared {
    /// Where it really is, links followed.
    pub file: PathBuf,
    pub done: Done,
    /// The copy of what was there before, if that was changed.
    pub safety_copy: Option<PathBuf>,
    /// The migrations that were run, and how long each took.
    pub steps: Vec<Step>,
    _lock: Lock,
}

/// What was done to a file, or would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// It was as it should be.
    Nothing {
        schema: i32,
    },
    Created,
    Migrated {
        from: i32,
    },
    Lowered {
        from: i32,
        to: i32,
    },
    Adopted(Adoption),
}

impl fmt::Display for Prepared {
    /// One line for the log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.file.display();
        match &self.done {
            Done::Nothing { schema } => write!(f, "{file} has schema version {schema}")?,
            Done::Created => write!(f, "made {file}, schema version {LATEST}")?,
            Done::Migrated { from } => write!(f, "migrated {file} from schema version {from} to {LATEST}")?,
            Done::Lowered { from, to } => write!(f, "took {file} back from schema version {from} to {to}")?,
            Done::Adopted(adoption) => write!(f, "adopted {file}, {adoption}")?,
        }
        self.safety_copy.as_ref().map_or(Ok(()), |copy| write!(f, "; what was there before is in {}", copy.display()))
    }
}

/// Says what a file is. Nothing is changed and nothing left beside it.
///
/// # Errors
/// It is none of the [`Kind`]s.
pub fn identify(file: &Path) -> Result<Kind> {
    identity::identify(&locate(file)?)
}

/// Makes a file ready to be served: locks it, and makes or migrates or adopts it, the latter two with a safety copy first.
/// Cut short at any moment it leaves the file as it was or ready, and the next call completes it.
///
/// # Errors
/// The file is none of the [`Kind`]s, in use, or may not be changed; then it was not.
pub fn prepare(file: &Path, now: Timestamp) -> Result<Prepared> {
    let file = locate(file)?;
    check_writable(&file)?;
    let lock = Lock::take(&file)?;
    let Changed { done, safety_copy, steps } = match identity::identify(&file)? {
        Kind::Ours { schema } if schema >= LATEST => check_history(&file).map(|()| Changed::nothing(schema))?,
        kind => change(&file, kind, Some(now), &up)?,
    };
    Ok(Prepared { file, done, safety_copy, steps, _lock: lock })
}

/// Takes a file of ours back to an earlier schema version, with a safety copy first. A rehearsal does it to a copy.
///
/// # Errors
/// As [`prepare`], and where it is not ours, or of a newer release, or there is no such version.
pub fn lower(file: &Path, to: i32, now: Option<Timestamp>) -> Result<Prepared> {
    let file = locate(file)?;
    check_writable(&file)?;
    let lock = Lock::take(&file)?;
    let from = match identity::identify(&file)? {
        Kind::Ours { schema } if schema <= LATEST => schema,
        Kind::Ours { schema } => return Err(Reason::Newer { schema, known: LATEST }.of(&file)),
        _ => return Err(Reason::NotYetOurs.of(&file)),
    };
    let Changed { done, safety_copy, steps } = match to {
        to if to == from => Changed::nothing(from),
        to if !(1..from).contains(&to) => return Err(Reason::NoWay { from, to }.of(&file)),
        to => rehearse_or_do(&file, Kind::Ours { schema: from }, now, &|connection, _| {
            let steps = migrations::run_back(connection, from, to)?;
            Ok((Done::Lowered { from, to }, steps))
        })?,
    };
    Ok(Prepared { file, done, safety_copy, steps, _lock: lock })
}

/// The real path of a file of this release, which a server may be using at this moment. One that is not there, or of an older release,
/// is [prepared](prepare) first: then nobody uses it.
///
/// # Errors
/// As [`prepare`].
pub fn join(file: &Path, now: Timestamp) -> Result<PathBuf> {
    let located = locate(file)?;
    match identity::identify(&located)? {
        Kind::Ours { schema } if schema >= LATEST => check_writable(&located).map(|()| located),
        _ => prepare(file, now).map(|prepared| prepared.file.clone()),
    }
}

/// Says what [`prepare`] would do, and whether it would work, by doing it to a copy.
///
/// # Errors
/// As [`prepare`].
pub fn rehearse(file: &Path) -> Result<(Done, Vec<Step>)> {
    let file = locate(file)?;
    check_writable(&file)?;
    match identity::identify(&file)? {
        Kind::Ours { schema } if schema >= LATEST => Ok((Done::Nothing { schema }, Vec::new())),
        Kind::New => Ok((Done::Created, Vec::new())),
        kind => rehearse_or_do(&file, kind, None, &up).map(|changed| (changed.done, changed.steps)),
    }
}

/// What became of a file.
struct Changed {
    done: Done,
    safety_copy: Option<PathBuf>,
    steps: Vec<Step>,
}

impl Changed {
    fn nothing(schema: i32) -> Self {
        Self { done: Done::Nothing { schema }, safety_copy: None, steps: Vec::new() }
    }
}

type Work<'w> = &'w dyn Fn(&mut Connection, Kind) -> rusqlite_migration::Result<(Done, Vec<Step>)>;

/// Without a time, the work is done to a copy.
fn rehearse_or_do(file: &Path, kind: Kind, now: Option<Timestamp>, work: Work<'_>) -> Result<Changed> {
    if now.is_some() {
        return change(file, kind, now, work);
    }
    let copy = DatabaseCopy::of(file)?;
    change(&copy.file, kind, None, work).map_err(|refusal| refusal.reason.of(file))
}

/// Changes a file. `now` names the safety copy; without it none is made.
fn change(file: &Path, kind: Kind, now: Option<Timestamp>, work: Work<'_>) -> Result<Changed> {
    let mut connection = open_alone(file)?;
    if let Kind::Ours { .. } = kind {
        refuse_edited(&connection, file)?;
    }
    let safety_copy = match now {
        Some(now) if kind != Kind::New => Some(safety_copy::make(&connection, file, now)?),
        _ => None,
    };
    let (done, steps) = match settle(&connection).map_err(Into::into).and_then(|()| work(&mut connection, kind)) {
        Ok(changed) => changed,
        Err(error) => {
            // The transaction is undone. A program that is started again and again must not fill the disk with copies.
            drop(connection);
            safety_copy.map_or(Ok(()), fs::remove_file).map_err(system(file, "removing the safety copy of"))?;
            return Err(refuse(file, error));
        }
    };
    // Only now, so that the file's header has said all along what the file is, and no log had to be asked.
    let settled = connection.execute_batch("PRAGMA journal_mode = WAL").and_then(|()| connection.close().map_err(|(_, error)| error));
    settled.map_err(engine(file, "closing"))?;
    safety_copy::sync_folder(file).map_err(system(file, "closing"))?;
    Ok(Changed { done, safety_copy, steps })
}

fn settle(connection: &Connection) -> rusqlite::Result<()> {
    // With foreign keys on, dropping a table would delete its rows one by one, and with them those of others.
    connection
        .execute_batch("PRAGMA foreign_keys = OFF; PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA; PRAGMA cache_size = -8000")
}

fn up(connection: &mut Connection, kind: Kind) -> rusqlite_migration::Result<(Done, Vec<Step>)> {
    match kind {
        Kind::Predecessor { .. } => adoption::adopt(connection).map(|(adoption, steps)| (Done::Adopted(adoption), steps)),
        Kind::New => migrations::run(connection).map(|steps| (Done::Created, steps)),
        Kind::Ours { schema } => migrations::run(connection).map(|steps| (Done::Migrated { from: schema }, steps)),
    }
}

/// Refuses a locked file of ours that another build with other migrations has made.
fn check_history(file: &Path) -> Result<()> {
    let engine = engine(file, "opening");
    let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(&engine)?;
    connection.execute_batch("PRAGMA trusted_schema = OFF; PRAGMA busy_timeout = 5000; PRAGMA query_only = ON").map_err(&engine)?;
    refuse_edited(&connection, file)
}

fn refuse_edited(connection: &Connection, file: &Path) -> Result<()> {
    match migrations::edited(connection).map_err(engine(file, "reading"))? {
        Some(version) => Err(Reason::Edited(version).of(file)),
        None => Ok(()),
    }
}

fn refuse(file: &Path, error: rusqlite_migration::Error) -> Refusal {
    let reason = match error {
        rusqlite_migration::Error::RusqliteError { err, .. } => Reason::from_engine(&err, "migrating"),
        other => Reason::Failed("migrating", other.to_string()),
    };
    reason.of(file)
}

/// A connection that nobody else can have one beside, in another process neither.
fn open_alone(file: &Path) -> Result<Connection> {
    let engine = engine(file, "opening");
    let connection = Connection::open(file).map_err(&engine)?;
    connection
        .execute_batch("PRAGMA trusted_schema = OFF; PRAGMA busy_timeout = 2000; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT")
        .map_err(engine)?;
    Ok(connection)
}

/// The writing connection to a prepared file. A commit is on the disk when it returns.
pub(super) fn open_writer(file: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.execute_batch(
        "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
         PRAGMA trusted_schema = OFF; PRAGMA cache_size = -4000; PRAGMA journal_size_limit = 33554432; PRAGMA wal_autocheckpoint = 4000",
    )?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

/// How readers open a prepared file; each is then to be [set up](set_up_reader).
pub(super) const READER_FLAGS: OpenFlags = OpenFlags::SQLITE_OPEN_READ_ONLY.union(OpenFlags::SQLITE_OPEN_NO_MUTEX);

/// For the pool's `with_init`. A small cache each and no `mmap`: with 100,000 sightings reading through a map saves a sixth of 4 us
/// a row, but counts the whole file as memory of ours, and turns a read error into a SIGBUS.
pub(super) fn set_up_reader(connection: &mut Connection) -> rusqlite::Result<()> {
    connection
        .execute_batch("PRAGMA busy_timeout = 5000; PRAGMA query_only = ON; PRAGMA trusted_schema = OFF; PRAGMA cache_size = -2000")?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(())
}

/// More than there is `const` SQL, so that none is compiled twice.
const STATEMENTS: usize = 128;

/// `atlas.db` with `.lock`: `atlas.db.lock`.
pub(super) fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(ending);
    name.into()
}

/// Refuses a database with anything wrong in it.
pub(super) fn integrity(connection: &Connection, file: &Path) -> Result<()> {
    let found = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get::<_, String>(0));
    match found.map_err(engine(file, "checking"))?.as_str() {
        "ok" => Ok(()),
        wrong => Err(Reason::Damaged(wrong.to_owned()).of(file)),
    }
}

/// The real path of a file that is there or could be made there.
///
/// # Errors
/// It is a folder, a device, a link to nowhere, or its folder is not there.
pub fn locate(named: &Path) -> Result<PathBuf> {
    let unreadable = |error| Reason::Unreadable(error).of(named);
    let missing =
        |reason: Reason| move |error: io::Error| if error.kind() == io::ErrorKind::NotFound { reason.of(named) } else { unreadable(error) };
    if let Err(error) = fs::symlink_metadata(named) {
        let name = named.file_name().ok_or_else(|| unreadable(error))?;
        let folder = named.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
        return Ok(folder.canonicalize().map_err(missing(Reason::NoFolder))?.join(name));
    }
    let real = named.canonicalize().map_err(missing(Reason::LinkToNowhere))?;
    match fs::metadata(&real).map_err(unreadable)? {
        found if found.is_file() => Ok(real),
        found if found.is_dir() => Err(Reason::Directory.of(named)),
        _ => Err(Reason::NoRegularFile.of(named)),
    }
}

fn check_writable(file: &Path) -> Result<()> {
    match OpenOptions::new().read(true).write(true).open(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Reason::Unwritable(error).of(file)),
        _ => Ok(()),
    }
}
