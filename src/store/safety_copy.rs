//! The copy of a database that is kept beside it before it is changed: whole, verified and on the disk, or not there at all.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use sha2::{Digest as _, Sha256};

use super::file::{beside, integrity};
use super::refusal::{Reason, Result, engine, system};

const DOING: &str = "making a safety copy of";

/// Copies what `source`, which has `file` open and locked, sees in it. Returns the copy's path; an equal one that is there already
/// will do, so that starting again and again does not fill the disk.
pub(super) fn make(source: &Connection, file: &Path, now: Timestamp) -> Result<PathBuf> {
    let original = fingerprint(source).map_err(engine(file, DOING))?;
    if let Some(copy) = earlier_copies(file).map_err(system(file, DOING))?.into_iter().find(|copy| check(copy, &original, file).is_ok()) {
        return Ok(copy);
    }
    let part = beside(file, ".before-catatlas.part");
    let kept = free_name(file, ".before-catatlas-", now);
    let settle = || settle(&part, &kept).map_err(system(file, DOING));
    let made = copy(source, file, &part).and_then(|()| check(&part, &original, file)).and_then(|()| settle());
    if made.is_err() && part.exists() {
        fs::remove_file(&part).map_err(system(file, "removing the unfinished safety copy of"))?;
    }
    made.map(|()| kept)
}

fn earlier_copies(file: &Path) -> std::io::Result<Vec<PathBuf>> {
    let (folder, beginning) = (file.parent().unwrap_or(Path::new(".")), beside(file, ".before-catatlas-"));
    let files = fs::read_dir(folder)?.map(|found| found.map(|found| found.path())).collect::<std::io::Result<Vec<_>>>()?;
    let is_copy = |path: &PathBuf| path.as_os_str().as_encoded_bytes().starts_with(beginning.as_os_str().as_encoded_bytes());
    Ok(files.into_iter().filter(is_copy).collect())
}

/// Copies what `source` sees into `part`, one file whatever mode the original was in.
pub(super) fn copy(source: &Connection, file: &Path, part: &Path) -> Result<()> {
    // What an earlier attempt left is of no use. The new one is no more public than the original, from its first byte on.
    let part_file = File::create(part).map_err(|error| Reason::UnwritableFolder(error).of(file))?;
    let permissions = fs::metadata(file).and_then(|original| part_file.set_permissions(original.permissions()));
    permissions.map_err(system(file, DOING))?;
    drop(part_file);

    let engine = engine(file, DOING);
    let mut target = Connection::open_with_flags(part, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(&engine)?;
    target.execute_batch("PRAGMA synchronous = OFF").map_err(&engine)?;
    let step = Backup::new(source, &mut target).and_then(|backup| backup.step(-1)).map_err(&engine)?;
    if step != StepResult::Done {
        return Err(Reason::InUseByOthers.of(file));
    }
    target.execute_batch("PRAGMA journal_mode = DELETE").map_err(&engine)?;
    target.close().map_err(|(_, error)| engine(error))
}

/// Refuses a copy with any damage or difference.
fn check(copy: &Path, original: &Fingerprint, file: &Path) -> Result<()> {
    let engine = engine(file, DOING);
    let copied = Connection::open_with_flags(copy, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(&engine)?;
    integrity(&copied, file)?;
    if fingerprint(&copied).map_err(engine)? == *original {
        Ok(())
    } else {
        Err(Reason::Failed(DOING, "the copy differs from the original".to_owned()).of(file))
    }
}

fn settle(part: &Path, kept: &Path) -> std::io::Result<()> {
    File::open(part)?.sync_all()?;
    fs::rename(part, kept)?;
    sync_folder(kept)
}

/// Makes what was made, renamed and removed in the folder of `file` outlive a power cut.
pub(super) fn sync_folder(file: &Path) -> std::io::Result<()> {
    file.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

/// `atlas.db.before-catatlas-20260110T222708Z`, with a number where that is taken.
pub(super) fn free_name(file: &Path, why: &str, now: Timestamp) -> PathBuf {
    let name = beside(file, &format!("{why}{}", now.strftime("%Y%m%dT%H%M%SZ")));
    let numbered = (2..).map(|number| beside(&name, &format!("-{number}")));
    std::iter::once(name.clone()).chain(numbered).find(|name| !name.exists()).unwrap_or(name)
}

type Fingerprint = [u8; 32];

/// A hash over every row of every table, type and bytes.
fn fingerprint(connection: &Connection) -> rusqlite::Result<Fingerprint> {
    let sql = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'shadow') ORDER BY name";
    let mut hash = Sha256::new();
    for table in connection.prepare(sql)?.query_map([], |row| row.get::<_, String>(0))? {
        hash_rows(connection, &format!("SELECT * FROM \"{}\"", table?.replace('"', "\"\"")), &mut hash)?;
        hash.update([5]);
    }
    Ok(hash.finalize().into())
}

/// Adds the rows of a query to a hash.
pub(super) fn hash_rows(connection: &Connection, sql: &str, hash: &mut Sha256) -> rusqlite::Result<()> {
    let mut statement = connection.prepare(sql)?;
    let columns = statement.column_count();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        for at in 0..columns {
            let (kind, bytes): (u8, &[u8]) = match row.get_ref(at)? {
                ValueRef::Null => (0, &[]),
                ValueRef::Integer(number) => (1, &number.to_le_bytes()),
                ValueRef::Real(number) => (2, &number.to_le_bytes()),
                ValueRef::Text(bytes) => (3, bytes),
                ValueRef::Blob(bytes) => (4, bytes),
            };
            hash.update([kind]);
            hash.update(bytes.len().to_le_bytes());
            hash.update(bytes);
        }
    }
    Ok(())
}
