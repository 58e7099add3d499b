//! The folder that backups stand in: which there are, and who may put one there.

use std::fs::{self, DirBuilder, File, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Serialize;
use tempfile::TempDir;
use utoipa::ToSchema;

use crate::domain::backups::{Keep, file_name, made_at};
use crate::domain::time;

use super::problem::{Problem, Result, system};

/// What a folder of work that is cut short is called, so that the next one can take it away.
const WORK: &str = ".catatlas-at-work-";

/// A backup on the shelf.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Shelved {
    pub name: String,
    #[serde(rename = "madeAt")]
    pub made_at: String,
    /// The size of the file in bytes.
    pub bytes: u64,
}

/// A folder of backups, claimed by one process at a time.
#[derive(Debug)]
pub struct Shelf {
    folder: PathBuf,
    /// Locked as long as it is open, and unlocked by the system however the process ends.
    _claim: File,
}

impl Shelf {
    /// Makes the folder where it is not there, open to its owner alone.
    ///
    /// # Errors
    /// Somebody else makes a backup there, or the folder cannot be used.
    pub fn claim(folder: &Path) -> Result<Self> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(system(folder, "making the folder"))?;
        let claim = File::open(folder).map_err(system(folder, "opening"))?;
        match claim.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Problem::Busy.of(folder)),
            Err(TryLockError::Error(error)) => return Err(system(folder, "locking")(error)),
        }
        let shelf = Self { folder: folder.to_owned(), _claim: claim };
        shelf.tidy().map_err(system(folder, "tidying"))?;
        Ok(shelf)
    }

    /// Takes away what backups left behind that were cut short.
    fn tidy(&self) -> io::Result<()> {
        for found in fs::read_dir(&self.folder)? {
            let found = found?;
            if found.file_name().as_encoded_bytes().starts_with(WORK.as_bytes()) {
                fs::remove_dir_all(found.path())?;
            }
        }
        Ok(())
    }

    /// A folder to work in, gone when it is dropped.
    pub(super) fn work(&self) -> Result<TempDir> {
        work(&self.folder)
    }

    /// Puts a finished file among the others, under the name of its time.
    pub(super) fn add(&self, part: &Path, now: Timestamp) -> Result<PathBuf> {
        let file = self.folder.join(file_name(now));
        // A link never replaces what is there, as a rename would.
        let added = fs::hard_link(part, &file).and_then(|()| self.sync());
        added.map_err(system(&file, "adding"))?;
        Ok(file)
    }

    /// Removes what this policy spares.
    pub(super) fn keep(&self, keep: Keep) -> Result<Vec<PathBuf>> {
        let times: Vec<_> = list(&self.folder)?.iter().filter_map(|found| made_at(&found.name)).collect();
        let spares: Vec<_> = keep.spares(&times).into_iter().map(|time| self.folder.join(file_name(time))).collect();
        for file in &spares {
            fs::remove_file(file).map_err(system(file, "removing"))?;
        }
        self.sync().map_err(system(&self.folder, "tidying"))?;
        Ok(spares)
    }

    fn sync(&self) -> io::Result<()> {
        File::open(&self.folder)?.sync_all()
    }
}

/// A folder of one's own within another, gone when it is dropped.
pub(super) fn work(folder: &Path) -> Result<TempDir> {
    let private = fs::Permissions::from_mode(0o700);
    tempfile::Builder::new().prefix(WORK).permissions(private).tempdir_in(folder).map_err(system(folder, "making files in"))
}

/// The backups in a folder, the newest first; none where there is no folder.
///
/// # Errors
/// It cannot be read.
pub fn list(folder: &Path) -> Result<Vec<Shelved>> {
    let failed = system(folder, "reading");
    let files = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        files => files.map_err(&failed)?,
    };
    let mut shelved = Vec::new();
    for found in files {
        let found = found.map_err(&failed)?;
        let Ok(name) = found.file_name().into_string() else { continue };
        if let Some(made_at) = made_at(&name) {
            shelved.push(Shelved { made_at: time::format(made_at), bytes: found.metadata().map_err(&failed)?.len(), name });
        }
    }
    shelved.sort_unstable_by(|a, b| b.name.cmp(&a.name));
    Ok(shelved)
}
