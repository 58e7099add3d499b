//! The files that tests start from: copies that always exist, and the shared originals where they do.

use std::fs;
use std::path::{Path, PathBuf};

/// The database that the recorded answers start from.
pub const GOLDEN_DATABASE: &str = "golden/before.db";

/// One database for each schema the predecessor has had, with the oddities of real files.
pub const LEGACY: [&str; 3] = ["legacy/v1.db", "legacy/v2.db", "legacy/v3.db"];

/// A file of `tests/fixtures`.
pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// Each copy with its shared original, where the shared folder is there.
pub fn copies_and_originals() -> Option<Vec<(PathBuf, PathBuf)>> {
    let shared = std::env::var_os("CATATLAS_SHARED").map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    if !shared.is_dir() {
        return None;
    }
    let legacy = LEGACY.map(|name| (fixture(name), shared.join("fixtures").join(name)));
    let golden = [GOLDEN_DATABASE, "golden/requests.jsonl"].map(|name| (fixture(name), shared.join(name)));
    let photos = fs::read_dir(fixture("photos")).unwrap().map(Result::unwrap);
    let photos = photos.map(|photo| (photo.path(), shared.join("fixtures/photos").join(photo.file_name())));
    let description = (fixture("api.json"), shared.join("spec/api.json"));
    Some(legacy.into_iter().chain(golden).chain([description]).chain(photos).collect())
}
