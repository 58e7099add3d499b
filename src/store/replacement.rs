//! A database file takes the place of another, which is kept beside it. Cut short at any moment, the one or the other is there whole.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::Connection;

use super::file::{beside, locate};
use super::identity::is_sqlite;
use super::lock::Lock;
use super::refusal::{Reason, Result, system};
use super::safety_copy::{free_name, sync_folder};

const DOING: &str = "replacing";

/// The place of a database, locked for this process: no server runs on it, and none starts.
#[derive(Debug)]
pub struct Place {
    /// Where it really is, links followed.
    pub file: PathBuf,
    _lock: Lock,
}

impl Place {
    /// # Errors
    /// A server runs on it, or nothing can be put there.
    pub fn take(file: &Path) -> Result<Self> {
        let file = locate(file)?;
        let lock = Lock::take(&file)?;
        Ok(Self { file, _lock: lock })
    }

    /// Takes the log into a healthy database, so that it is one file. A damaged one stays as it is, with its log.
    fn settle(&self) -> Result<()> {
        if !is_sqlite(&self.file).map_err(system(&self.file, "reading"))? {
            return Ok(());
        }
        let settled = Connection::open(&self.file).and_then(|connection| {
            connection.execute_batch(
                "PRAGMA trusted_schema = OFF; PRAGMA busy_timeout = 2000; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT",
            )?;
            connection.close().map_err(|(_, error)| error)
        });
        match settled.map_err(|error| Reason::from_engine(&error, DOING)) {
            Err(reason @ (Reason::InUseByOthers | Reason::Unwritable(_))) => Err(reason.of(&self.file)),
            Err(_) | Ok(()) => Ok(()),
        }
    }

    /// Puts `new`, a whole database in one file of the same folder, here. Returns where that is kept which was here.
    ///
    /// # Errors
    /// Another program has it open, or the system refuses; then what was here still is.
    pub fn put(&self, new: &Path, now: Timestamp) -> Result<Option<PathBuf>> {
        self.settle()?;
        self.swap(new, now).map_err(system(&self.file, DOING))
    }

    fn swap(&self, new: &Path, now: Timestamp) -> io::Result<Option<PathBuf>> {
        let kept = free_name(&self.file, ".replaced-", now);
        self.inherit(new)?;
        fs::File::open(new)?.sync_all()?;
        // A log that is still there belongs to a damaged database, and must never meet another.
        for ending in ["-wal", "-journal"] {
            rename_if_there(&beside(&self.file, ending), &beside(&kept, ending))?;
        }
        if let Err(error) = fs::remove_file(beside(&self.file, "-shm"))
            && error.kind() != io::ErrorKind::NotFound
        {
            return Err(error);
        }
        let was_there = self.file.exists();
        if was_there {
            fs::hard_link(&self.file, &kept)?;
        }
        sync_folder(&self.file)?;
        fs::rename(new, &self.file)?;
        sync_folder(&self.file)?;
        Ok(was_there.then_some(kept))
    }

    /// Whoever could read and write what was here can do so with what comes; where nothing was, the folder's owner alone.
    fn inherit(&self, new: &Path) -> io::Result<()> {
        let (owner, mode) = match fs::metadata(&self.file) {
            Ok(old) => (old.clone(), old.permissions().mode()),
            Err(_) => (fs::metadata(self.file.parent().unwrap_or(Path::new(".")))?, 0o600),
        };
        fs::set_permissions(new, fs::Permissions::from_mode(mode))?;
        let own = fs::metadata(new)?;
        if (own.uid(), own.gid()) == (owner.uid(), owner.gid()) { Ok(()) } else { chown(new, Some(owner.uid()), Some(owner.gid())) }
    }
}

fn rename_if_there(from: &Path, to: &Path) -> io::Result<()> {
    match fs::rename(from, to) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
