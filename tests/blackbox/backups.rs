//! Backups and what is restored from them: whole, or refused with nothing changed.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::thread;

use rusqlite::Connection;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::support::{Atlas, Finished, Folder, Form, dump, fixture, ids, integrity, wait_for};

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[track_caller]
fn backup(folder: &Folder, arguments: &[&str]) -> Finished {
    folder.run(&[&["backup", "--database", text(&folder.database())], arguments].concat())
}

/// A new backup of this folder's atlas, as the program tells of it.
#[track_caller]
fn made(folder: &Folder) -> Value {
    serde_json::from_str(&backup(folder, &["--json"]).succeeds().stdout).unwrap()
}

#[track_caller]
fn file_of(made: &Value) -> PathBuf {
    PathBuf::from(made["file"].as_str().unwrap())
}

#[track_caller]
fn restore(folder: &Folder, backup: &Path, arguments: &[&str]) -> Finished {
    folder.run(&[&["restore", text(backup), "--database", text(&folder.database())], arguments].concat())
}

/// The names of the files that backups left in their folder.
fn on_the_shelf(folder: &Folder) -> Vec<String> {
    let found = fs::read_dir(folder.data().join("backups")).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = found.collect();
    names.sort();
    names
}

/// An atlas with a cat, sightings and a photo.
fn with_a_photo(folder: &Folder) -> Atlas<&Folder> {
    let atlas = folder.serve();
    let cat = atlas.cat("Momo");
    atlas.sighting_of(cat, "on the bakery wall");
    let photo = fs::read(fixture("photos/chelsea.png")).unwrap();
    atlas.post_form("/entries/with-image", Form::new().text("text", "asleep").file("image", photo)).is(200);
    atlas
}

#[test]
fn what_is_restored_from_a_running_atlas_has_the_same_rows_and_photos() {
    let folder = Folder::new();
    let atlas = with_a_photo(&folder);
    let made = made(&folder);
    assert_eq!((&made["rows"]["entries"], &made["rows"]["photos"]), (&json!(2), &json!(1)), "{made}");
    let restored = folder.data().join("restored.db");
    restore(&folder, &file_of(&made), &["--to", text(&restored)]).succeeds();
    let photo = atlas.get("/entries").is(200).json()[0]["photo_url"].as_str().unwrap().to_owned();
    let bytes = atlas.get(&photo).is(200).body;
    atlas.stop().succeeds();
    assert_eq!(dump(&restored), dump(&folder.database()));
    let other = Folder::new();
    fs::copy(&restored, other.database()).unwrap();
    assert_eq!(other.serve().get(&photo).is(200).body, bytes);
}

#[test]
fn a_backup_holds_all_that_was_acknowledged_before_it_and_writers_go_on() {
    let folder = Folder::new();
    let atlas = folder.serve();
    for number in 0..5 {
        atlas.sighting(&format!("number {number}"));
    }
    let (before, made, after) = thread::scope(|scope| {
        let before = atlas.count();
        let backup = scope.spawn(|| made(&folder));
        let mut after = before;
        while !backup.is_finished() {
            after += 1;
            atlas.sighting(&format!("number {after}"));
        }
        (before, backup.join().unwrap(), after)
    });
    let held = made["rows"]["entries"].as_u64().unwrap();
    assert!((before..=after).contains(&held), "{before} {held} {after}");
    assert_eq!(atlas.count(), after);
    let restored = folder.data().join("restored.db");
    restore(&folder, &file_of(&made), &["--to", text(&restored)]).succeeds();
    assert_eq!(ids(&restored, "entries"), (1..=i64::try_from(held).unwrap()).collect::<Vec<_>>());
}

#[test]
fn restoring_keeps_what_was_there_and_mixes_no_log_in() {
    let folder = Folder::new();
    let atlas = with_a_photo(&folder);
    let backup = file_of(&made(&folder));
    atlas.sighting("after the backup");
    // Killed, it leaves a log whose last sighting is nowhere else.
    atlas.kill();
    assert!(folder.file_names().contains(&"atlas.db-wal".to_owned()), "{:?}", folder.file_names());
    let said = restore(&folder, &backup, &["--json"]).succeeds();
    let kept = serde_json::from_str::<Value>(&said.stdout).unwrap()["kept"].as_str().unwrap().to_owned();
    assert_eq!(ids(&folder.database(), "entries"), [1, 2]);
    assert_eq!(ids(Path::new(&kept), "entries"), [1, 2, 3], "{kept}");
    assert_eq!([&folder.database(), Path::new(&kept)].map(integrity), ["ok", "ok"]);
    assert!(!folder.file_names().iter().any(|name| name.ends_with("-wal")), "{:?}", folder.file_names());
    assert_eq!(folder.serve().count(), 2);
}

#[test]
fn a_damaged_atlas_is_replaced_and_its_log_set_aside() {
    let folder = Folder::new();
    let atlas = with_a_photo(&folder);
    let backup = file_of(&made(&folder));
    atlas.kill();
    fs::write(folder.database(), "rubbish where a header should be").unwrap();
    let log = fs::read(folder.data().join("atlas.db-wal")).unwrap();
    restore(&folder, &backup, &[]).succeeds();
    let contents = folder.contents();
    assert!(contents.iter().any(|(name, bytes)| name.contains("replaced") && name.ends_with("-wal") && *bytes == log));
    assert!(!contents.contains_key("atlas.db-wal"));
    assert_eq!(folder.serve().count(), 2);
}

#[test]
fn nothing_is_restored_under_a_running_server() {
    let folder = Folder::new();
    let atlas = with_a_photo(&folder);
    let backup = file_of(&made(&folder));
    atlas.sighting("after the backup");
    restore(&folder, &backup, &[]).fails().says_one_of(&["in use"]);
    assert_eq!(atlas.count(), 3);
    atlas.stop().succeeds();
    assert_eq!(ids(&folder.database(), "entries"), [1, 2, 3]);
}

#[test]
fn a_dry_run_proves_the_backup_and_changes_nothing() {
    let folder = Folder::new();
    let atlas = with_a_photo(&folder);
    let backup = file_of(&made(&folder));
    atlas.sighting("after the backup");
    atlas.stop().succeeds();
    let before = folder.contents();
    restore(&folder, &backup, &["--dry-run"]).succeeds().says_one_of(&["2 sightings"]);
    assert!(before == folder.contents(), "a dry run leaves {:?}", folder.file_names());
}

/// A backup with this manifest and database, written as the program writes them.
fn write_backup(file: &Path, manifest: &Value, database: &[u8]) {
    let mut archive = tar::Builder::new(zstd::Encoder::new(fs::File::create(file).unwrap(), 1).unwrap());
    for (name, bytes) in [("manifest.json", manifest.to_string().as_bytes()), ("atlas.db", database)] {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o600);
        archive.append_data(&mut header, name, bytes).unwrap();
    }
    archive.into_inner().unwrap().finish().unwrap();
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

/// The backup of a database that was changed after it was proven, hash and all.
fn forged(folder: &Folder, backup: &Path, name: &str, change: impl FnOnce(&Connection), retell: impl FnOnce(&mut Value)) -> PathBuf {
    let mut archive = tar::Archive::new(zstd::Decoder::new(fs::File::open(backup).unwrap()).unwrap());
    let mut parts = archive.entries().unwrap().map(|part| {
        let mut bytes = Vec::new();
        part.unwrap().read_to_end(&mut bytes).unwrap();
        bytes
    });
    let (manifest, database) = (parts.next().unwrap(), parts.next().unwrap());
    let work = folder.data().join("work.db");
    fs::write(&work, database).unwrap();
    let connection = Connection::open(&work).unwrap();
    change(&connection);
    connection.close().unwrap();
    let database = fs::read(&work).unwrap();
    fs::remove_file(work).unwrap();
    let mut manifest: Value = serde_json::from_slice(&manifest).unwrap();
    manifest["size"] = json!(database.len());
    manifest["sha256"] = json!(hex(&Sha256::digest(&database)));
    retell(&mut manifest);
    let file = folder.data().join(name);
    write_backup(&file, &manifest, &database);
    file
}

#[test]
fn what_is_damaged_cut_short_foreign_or_newer_is_refused_and_nothing_touched() {
    let folder = Folder::new();
    with_a_photo(&folder).stop().succeeds();
    let good = file_of(&made(&folder));
    let bytes = fs::read(&good).unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let file = folder.data().join(name);
        fs::write(&file, bytes).unwrap();
        file
    };
    let flipped = |at: usize| {
        let mut bytes = bytes.clone();
        bytes[at] ^= 0x10;
        bytes
    };
    let run = |sql: &'static str| move |database: &Connection| database.execute_batch(sql).unwrap();
    let newer = "INSERT INTO schema_versions SELECT max(version) + 1, max(version) + 1 FROM schema_versions; PRAGMA user_version = 999";
    let refused = [
        (file("cut-1", &bytes[..bytes.len() - 1]), "cut short"),
        (file("cut-half", &bytes[..bytes.len() / 2]), "cut short"),
        (file("cut-10", &bytes[..10]), "cut short"),
        (file("flipped-half", &flipped(bytes.len() / 2)), "damaged"),
        (file("flipped-end", &flipped(bytes.len() - 2)), "damaged"),
        (file("empty", b""), "no backup"),
        (file("picture", &fs::read(fixture("photos/chelsea.png")).unwrap()), "no backup"),
        (file("database", &fs::read(folder.database()).unwrap()), "no backup"),
        (file("other.zst", &zstd::encode_all(&[7; 4096][..], 1).unwrap()), "backup"),
        (forged(&folder, &good, "newer", run(newer), |own| own["schema"] = json!(999)), "newer release"),
        (forged(&folder, &good, "foreign", run("PRAGMA application_id = 7"), |_| {}), "no atlas"),
        (forged(&folder, &good, "lost", run("DELETE FROM entries"), |_| {}), "do not add up"),
        (forged(&folder, &good, "format", |_| {}, |own| own["format"] = json!(2)), "newer release"),
        (forged(&folder, &good, "hash", |_| {}, |own| own["sha256"] = json!("0".repeat(64))), "damaged"),
        (folder.data().join("absent"), "absent"),
    ];
    let before = folder.contents();
    for (file, word) in refused {
        restore(&folder, &file, &[]).fails().says_one_of(&[word]);
        backup(&folder, &["verify", text(&file)]).fails().says_one_of(&[word]);
        assert!(before == folder.contents(), "{} leaves {:?}", file.display(), folder.file_names());
    }
    restore(&folder, &good, &[]).succeeds();
}

#[test]
fn backups_are_listed_verified_and_thinned_out() {
    let folder = Folder::new();
    let atlas = with_a_photo(&folder);
    backup(&folder, &["list"]).succeeds().says_one_of(&["no backups"]);
    let files: Vec<_> = (0..4).map(|_| file_of(&made(&folder))).collect();
    let said = backup(&folder, &["list", "--json"]).succeeds().stdout;
    let listed: Vec<Value> = serde_json::from_str(&said).unwrap();
    let names: Vec<_> = listed.iter().map(|own| folder.data().join("backups").join(own["name"].as_str().unwrap())).collect();
    assert_eq!(names, files.iter().rev().cloned().collect::<Vec<_>>(), "the newest first");
    backup(&folder, &["verify", text(&files[0])]).succeeds().says_one_of(&["2 sightings, 1 cats, 1 photos"]);
    fs::write(folder.data().join("backups/notes.txt"), "not a backup").unwrap();
    backup(&folder, &["--keep", "last=2"]).succeeds().says_one_of(&["removed"]);
    let left = on_the_shelf(&folder);
    assert_eq!(left.len(), 3, "{left:?}");
    assert!(left.contains(&"notes.txt".to_owned()) && files[3].exists() && !files[2].exists(), "{left:?}");
    backup(&folder, &["--keep", "last=0"]).fails();
    atlas.stop().succeeds();
}

#[test]
fn a_backup_killed_at_any_moment_leaves_none_or_a_whole_one() {
    let folder = Folder::new();
    with_a_photo(&folder).stop().succeeds();
    for polls in [0, 1, 2, 3, 5, 8, 13] {
        let mut running = folder.start(&["backup", "--database", text(&folder.database())]);
        let mut left = polls;
        wait_for("the moment to kill", || {
            left -= 1;
            (left < 0 || running.ended().is_some()).then_some(())
        });
        if running.ended().is_none() {
            running.signal("KILL");
        }
        running.wait();
        let listed: Vec<Value> = serde_json::from_str(&backup(&folder, &["list", "--json"]).succeeds().stdout).unwrap();
        for own in listed {
            backup(&folder, &["verify", text(&folder.data().join("backups").join(own["name"].as_str().unwrap()))]).succeeds();
        }
    }
    made(&folder);
    let left = on_the_shelf(&folder);
    assert!(left.iter().all(|name| name.ends_with(".tar.zst")), "nothing stays of those cut short: {left:?}");
    assert_eq!(folder.serve().count(), 2);
}

#[test]
fn a_damaged_database_gives_no_backup() {
    let folder = Folder::new();
    with_a_photo(&folder).stop().succeeds();
    let mut bytes = fs::read(folder.database()).unwrap();
    let page = bytes.len() / 4096 / 2 * 4096;
    bytes[page..page + 4096].fill(0xA5);
    fs::write(folder.database(), &bytes).unwrap();
    backup(&folder, &[]).fails().says_one_of(&["damaged"]);
    assert_eq!(on_the_shelf(&folder), [""; 0]);
    backup(&Folder::with("legacy/v3.db"), &[]).fails().says_one_of(&["catatlas migrate"]);
}
