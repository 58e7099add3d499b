//! One process a database: a locked file beside it that names the process, and is unlocked by the system however that one ends.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::refusal::{Reason, Result, system};

/// Held as long as this value lives.
#[derive(Debug)]
pub struct Lock {
    path: PathBuf,
    /// Not the database itself: closing that would drop the locks that SQLite has on it.
    _file: File,
}

impl Lock {
    /// # Errors
    /// Another process has the database, or the folder cannot be written.
    pub(super) fn take(database: &Path) -> Result<Self> {
        let path = super::file::beside(database, ".lock");
        // Who holds the lock writes its id a moment later, and who gives it back removes the file a moment before.
        for _ in 0..100 {
            let options = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
            let mut file = options.map_err(|error| Reason::UnwritableFolder(error).of(database))?;
            match file.try_lock() {
                Ok(()) if is_still_at(&file, &path) => {
                    let written = file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id()));
                    let lock = Self { path, _file: file };
                    return written.map(|()| lock).map_err(|error| Reason::UnwritableFolder(error).of(database));
                }
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    if let Some(pid) = holder(&mut file).map_err(system(database, "reading the lock of"))? {
                        return Err(Reason::InUse(Some(pid)).of(database));
                    }
                    thread::sleep(Duration::from_millis(2));
                }
                Err(TryLockError::Error(error)) => return Err(system(database, "locking")(error)),
            }
        }
        Err(Reason::InUse(None).of(database))
    }
}

impl Drop for Lock {
    /// Removed while it is locked: nobody else's lock is ever removed.
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.path) {
            log::warn!("{} stays behind: {error}", self.path.display());
        }
    }
}

fn holder(file: &mut File) -> io::Result<Option<u32>> {
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    Ok(if let Some(Ok(pid)) = text.strip_suffix('\n').map(str::parse) { Some(pid) } else { None })
}

fn is_still_at(file: &File, path: &Path) -> bool {
    let [ours, theirs] = [file.metadata(), fs::metadata(path)].map(|found| found.map(|own| (own.dev(), own.ino())));
    matches!((ours, theirs), (Ok(ours), Ok(theirs)) if ours == theirs)
}
