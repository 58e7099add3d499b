//! How a backup is written: `tar` within `zstd`, so that other programs can unpack it too. First the manifest, then the database.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use tar::{Archive, Builder, EntryType, Header};

use crate::domain::backups::Manifest;

use super::problem::{Problem, Result, Trouble, system};

const MANIFEST: &str = "manifest.json";
const DATABASE: &str = "atlas.db";

/// Fast, and nearly as small as the slower ones: most of an atlas is photos, which are compressed already.
const LEVEL: i32 = 3;
/// A manifest is a page or two; what is longer is none.
const LONGEST_MANIFEST: u64 = 1 << 20;

/// Writes a backup, and has it on the disk when it returns.
pub(super) fn pack(manifest: &Manifest, database: &Path, to: &Path) -> Result<()> {
    write(manifest, database, to).map_err(system(to, "writing"))
}

fn write(manifest: &Manifest, database: &Path, to: &Path) -> io::Result<()> {
    let file = create(to)?;
    let mut compressed = zstd::Encoder::new(BufWriter::new(file), LEVEL)?;
    compressed.include_checksum(true)?;
    let mut archive = Builder::new(compressed);
    let page = serde_json::to_vec_pretty(manifest)?;
    archive.append_data(&mut header(page.len() as u64), MANIFEST, page.as_slice())?;
    archive.append_data(&mut header(manifest.size), DATABASE, File::open(database)?)?;
    let mut out = archive.into_inner()?.finish()?;
    out.flush()?;
    out.into_inner()?.sync_all()
}

fn header(size: u64) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(EntryType::Regular);
    header.set_mode(0o600);
    header.set_size(size);
    header
}

/// A new file that its owner alone can read.
fn create(file: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)
}

/// Takes a backup apart: the database goes into `to`, a new file.
pub(super) fn unpack(backup: &Path, to: &Path) -> Result<Manifest> {
    // A full disk is no fault of the backup.
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::PermissionDenied | io::ErrorKind::QuotaExceeded => system(to, "writing")(error),
        _ => Problem::Damaged(error.to_string()).of(backup),
    };
    let mut file = BufReader::new(File::open(backup).map_err(system(backup, "reading"))?);
    if !is_zstd(&mut file).map_err(system(backup, "reading"))? {
        return Err(Problem::NoBackup.of(backup));
    }
    let decoder = zstd::Decoder::with_buffer(file).map_err(failed)?;
    let mut archive = Archive::new(decoder);
    let manifest = read(&mut archive, backup, to, failed)?;
    // To its very end: there the checksum is, and behind it nothing.
    let mut rest = archive.into_inner();
    io::copy(&mut rest, &mut io::sink()).map_err(failed)?;
    Ok(manifest)
}

fn is_zstd(file: &mut BufReader<File>) -> io::Result<bool> {
    const MAGIC: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];
    Ok(io::BufRead::fill_buf(file)?.starts_with(&MAGIC))
}

fn read(archive: &mut Archive<impl Read>, backup: &Path, to: &Path, failed: impl Fn(io::Error) -> Trouble) -> Result<Manifest> {
    let mut entries = archive.entries().map_err(&failed)?;
    let mut next = |name: &str| match entries.next() {
        Some(Ok(entry)) if entry.path_bytes().as_ref() == name.as_bytes() => Ok(entry),
        Some(Err(error)) => Err(failed(error)),
        _ => Err(Problem::NoBackup.of(backup)),
    };
    let manifest = next(MANIFEST)?;
    let manifest: Manifest = serde_json::from_reader(manifest.take(LONGEST_MANIFEST)).map_err(|error| match error.classify() {
        serde_json::error::Category::Io | serde_json::error::Category::Eof => Problem::Damaged(error.to_string()).of(backup),
        _ => Problem::NoBackup.of(backup),
    })?;
    if manifest.format > Manifest::FORMAT {
        return Err(Problem::Newer.of(backup));
    }
    // No more than is announced: a file that swells without an end must not fill the disk.
    let mut database = next(DATABASE)?.take(manifest.size);
    let mut file = create(to).map_err(system(to, "writing"))?;
    io::copy(&mut database, &mut file).map_err(&failed)?;
    file.sync_all().map_err(system(to, "writing"))?;
    Ok(manifest)
}
