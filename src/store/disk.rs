//! What a database takes of its disk, and what is left of that.

use std::fs;
use std::path::Path;

use super::file::beside;

/// In bytes; what cannot be found out is 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sizes {
    pub database_bytes: u64,
    pub wal_bytes: u64,
    /// What whoever runs this may still use of the disk.
    pub free_bytes: u64,
}

impl Sizes {
    pub(super) fn of(file: &Path) -> Self {
        let length = |path: &Path| fs::metadata(path).map_or(0, |found| found.len());
        let free = rustix::fs::statvfs(file).map_or(0, |disk| disk.f_bavail.saturating_mul(disk.f_frsize));
        Self { database_bytes: length(file), wal_bytes: length(&beside(file, "-wal")), free_bytes: free }
    }
}
