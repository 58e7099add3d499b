//! Backups: one file each, with the whole atlas in it, that counts only once a copy restored from it has been proven whole.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::domain::analysis::hex;
use crate::domain::backups::{Keep, Manifest, made_at};
use crate::domain::time;
use crate::store::replacement;
use crate::store::snapshot;

mod archive;
mod problem;
mod shelf;

pub use problem::{Problem, Result, Trouble};
pub use shelf::{Shelved, list};

use problem::system;
use shelf::Shelf;

/// A backup that was made, and proven.
#[derive(Debug, Serialize)]
pub struct Made {
    pub file: PathBuf,
    /// The size of the file in bytes.
    pub bytes: u64,
    #[serde(flatten)]
    pub manifest: Manifest,
    /// Older backups that were taken away.
    pub removed: Vec<PathBuf>,
}

impl Made {
    /// As it stands on the shelf, where its name tells when it was made.
    pub fn shelved(&self) -> Shelved {
        let name = self.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let made_at = made_at(&name).map_or_else(|| self.manifest.made_at.clone(), time::format);
        Shelved { name, made_at, bytes: self.bytes }
    }
}

/// Which atlas is backed up where, and which backups of it stay.
#[derive(Debug, Clone)]
pub struct Place {
    pub database: PathBuf,
    pub folder: PathBuf,
    pub keep: Option<Keep>,
}

impl Place {
    /// Without a folder named, `backups` beside the database.
    pub fn new(database: &Path, folder: Option<PathBuf>, keep: Option<Keep>) -> Self {
        let folder = folder.unwrap_or_else(|| database.with_file_name("backups"));
        Self { database: database.to_owned(), folder, keep }
    }

    /// Makes a backup here.
    ///
    /// # Errors
    /// As [`make`].
    pub fn make(&self, now: Timestamp) -> Result<Made> {
        make(&self.database, &self.folder, self.keep, now)
    }
}

/// Makes a backup of a database into a folder, while others read and write. What `keep` says is kept then; without it, all.
///
/// # Errors
/// Nothing is left behind, and what was there is still there.
pub fn make(database: &Path, folder: &Path, keep: Option<Keep>, now: Timestamp) -> Result<Made> {
    let shelf = Shelf::claim(folder)?;
    let work = shelf.work()?;
    let copy = work.path().join("atlas.db");
    snapshot::take(database, &copy)?;
    let manifest = describe(&copy, now)?;
    let part = work.path().join("backup.part");
    archive::pack(&manifest, &copy, &part)?;
    // The disk need not hold it twice.
    fs::remove_file(&copy).map_err(system(&copy, "removing"))?;
    prove(&part, &copy)?;
    let bytes = fs::metadata(&part).map_err(system(&part, "reading"))?.len();
    let file = shelf.add(&part, now)?;
    let removed = keep.map_or(Ok(Vec::new()), |keep| shelf.keep(keep))?;
    Ok(Made { file, bytes, manifest, removed })
}

fn describe(copy: &Path, now: Timestamp) -> Result<Manifest> {
    let facts = snapshot::examine(copy)?;
    let (size, sha256) = fingerprint(copy).map_err(system(copy, "reading"))?;
    let release = env!("CARGO_PKG_VERSION").to_owned();
    Ok(Manifest { format: Manifest::FORMAT, made_at: time::format(now), release, schema: facts.schema, size, sha256, rows: facts.rows })
}

fn fingerprint(file: &Path) -> io::Result<(u64, String)> {
    struct Hash(Sha256);
    impl io::Write for Hash {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.update(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut hash = Hash(Sha256::new());
    let size = io::copy(&mut File::open(file)?, &mut hash)?;
    Ok((size, hex(&hash.0.finalize())))
}

/// Restores a backup into `to`, a file that is not there yet, and proves that it is what was backed up: byte for byte, without
/// damage, and row for row.
fn prove(backup: &Path, to: &Path) -> Result<Manifest> {
    let manifest = archive::unpack(backup, to)?;
    let damaged = |why: &str| Problem::Damaged(why.to_owned()).of(backup);
    if fingerprint(to).map_err(system(to, "reading"))? != (manifest.size, manifest.sha256.clone()) {
        return Err(damaged("what is in it is not what was put into it"));
    }
    let facts = snapshot::examine(to).map_err(|refusal| Problem::Content(refusal).of(backup))?;
    if facts.schema == manifest.schema && facts.rows == manifest.rows { Ok(manifest) } else { Err(damaged("its rows do not add up")) }
}

/// Proves a backup by restoring it beside itself for a moment.
///
/// # Errors
/// It is none, or not whole.
pub fn verify(backup: &Path) -> Result<Manifest> {
    let folder = backup.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let work = shelf::work(folder)?;
    prove(backup, &work.path().join("atlas.db"))
}

/// A backup that was restored.
#[derive(Debug, Serialize)]
pub struct Restored {
    pub database: PathBuf,
    /// Where the database is that was there before.
    pub kept: Option<PathBuf>,
    #[serde(flatten)]
    pub manifest: Manifest,
}

/// Proves a backup, and puts what is in it where `database` is, keeping that beside. A rehearsal changes nothing.
///
/// # Errors
/// It is none, or not whole, or a server runs on the database; then nothing was changed.
pub fn restore(backup: &Path, database: &Path, is_rehearsal: bool, now: Timestamp) -> Result<Restored> {
    let place = replacement::Place::take(database)?;
    let work = shelf::work(place.file.parent().unwrap_or(Path::new(".")))?;
    let new = work.path().join("atlas.db");
    let manifest = prove(backup, &new)?;
    let kept = if is_rehearsal { None } else { place.put(&new, now)? };
    Ok(Restored { database: place.file.clone(), kept, manifest })
}
