//! Prepares `static/` for `src/http/assets.rs` to embed: under a name that changes with it, plain and compressed, once and not per request.

use std::error::Error;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::{env, fs};

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

/// Files worth compressing. Fonts and pictures are compressed already.
const COMPRESSIBLE: [&str; 7] = ["css", "html", "js", "json", "svg", "txt", "webmanifest"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=static");
    let files = files_below(Path::new("static"))?;
    let fingerprint = fingerprint(&files);
    println!("cargo:rustc-env=ASSETS_FINGERPRINT={fingerprint}");

    let kept = kept_offline(&files);
    let out = PathBuf::from(env::var("OUT_DIR")?).join("assets");
    match fs::remove_dir_all(&out) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    for (path, bytes) in files {
        let served = if path == Path::new("sw.js") {
            service_worker(bytes, &kept, &fingerprint)?
        } else {
            with_fingerprint(&path, bytes, &fingerprint)?
        };
        write(&out.join("identity").join(&path), &served)?;
        if !COMPRESSIBLE.contains(&extension(&path)) {
            continue;
        }
        for (coding, compressed) in [("br", brotli(&served)?), ("gzip", gzip(&served)?)] {
            if compressed.len() < served.len() {
                write(&out.join(coding).join(&path), &compressed)?;
            }
        }
    }
    Ok(())
}

/// Every file below a folder by its path in it, in one order everywhere. Types and the list of origins are for those who build.
fn files_below(root: &Path) -> io::Result<Vec<(PathBuf, Vec<u8>)>> {
    let (mut folders, mut files) = (vec![root.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with("vendor/manifest.json") && !path.to_string_lossy().ends_with(".d.ts") {
                files.push((path.strip_prefix(root).map_err(io::Error::other)?.to_owned(), fs::read(&path)?));
            }
        }
    }
    files.sort();
    Ok(files)
}

/// A name for all of `static/` together: 16 hexadecimal digits of a SHA-256 over every path, length and content.
fn fingerprint(files: &[(PathBuf, Vec<u8>)]) -> String {
    let mut digest = Sha256::new();
    for (path, bytes) in files {
        digest.update(format!("{} {}\n", path.to_string_lossy().replace('\\', "/"), bytes.len()));
        digest.update(bytes);
    }
    let number = digest.finalize().iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    format!("{number:016x}")
}

/// The two files with addresses of their own name the others as `/static/...`; served, that is `/static/<fingerprint>/...`.
fn with_fingerprint(path: &Path, bytes: Vec<u8>, fingerprint: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    if !matches!(extension(path), "html" | "webmanifest") {
        return Ok(bytes);
    }
    Ok(String::from_utf8(bytes)?.replace("\"/static/", &format!("\"/static/{fingerprint}/")).into_bytes())
}

/// What the pages need without a network, as a list in JavaScript. The documentation of the API is large, and for those who write programs.
fn kept_offline(files: &[(PathBuf, Vec<u8>)]) -> String {
    let paths = files.iter().map(|(path, _)| path.to_string_lossy().replace('\\', "/"));
    let is_kept = |path: &String| {
        let is_of_pages = ["css/", "js/", "vendor/", "icons/"].iter().any(|folder| path.starts_with(folder));
        let is_of_docs = path.contains("docs.") || path.contains("swagger-ui");
        is_of_pages && !is_of_docs && ["css", "js", "json", "svg", "woff2"].contains(&extension(Path::new(path)))
    };
    format!("{:?}", paths.filter(is_kept).collect::<Vec<_>>())
}

/// The service worker with the version it belongs to and the files that it keeps.
fn service_worker(bytes: Vec<u8>, kept: &str, fingerprint: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let text = String::from_utf8(bytes)?;
    for blank in ["const VERSION = '';", "const FILES = [];"] {
        if !text.contains(blank) {
            return Err(format!("static/sw.js has no {blank}").into());
        }
    }
    let filled = text.replace("const VERSION = '';", &format!("const VERSION = '{fingerprint}';"));
    Ok(filled.replace("const FILES = [];", &format!("const FILES = {kept};")).into_bytes())
}

fn extension(path: &Path) -> &str {
    path.extension().and_then(|extension| extension.to_str()).unwrap_or_default()
}

fn brotli(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut compressed, &brotli::enc::BrotliEncoderParams::default())?;
    Ok(compressed)
}

fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    fs::write(path, bytes)
}
