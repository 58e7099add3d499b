//! What a database file is, who has it, and that a look at it leaves no trace.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use catatlas::store::file::{self, Done, Prepared};
use catatlas::store::identity::Kind;
use catatlas::store::migrations::LATEST;
use catatlas::store::refusal::{Reason, Refusal};
use jiff::Timestamp;
use rusqlite::Connection;
use tempfile::TempDir;

/// A folder with a database that tests make, look at and prepare.
pub struct Folder(TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(TempDir::with_prefix("database-").unwrap())
    }

    /// With a copy of one of the predecessor's databases.
    pub fn with(name: &str) -> Self {
        let folder = Self::new();
        let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/legacy").join(name);
        fs::write(folder.database(), fs::read(fixture).unwrap()).unwrap();
        folder
    }

    pub fn database(&self) -> PathBuf {
        self.0.path().join("atlas.db")
    }

    pub fn open(&self) -> Connection {
        Connection::open(self.database()).unwrap()
    }

    /// Changes the database by SQL.
    pub fn change(&self, sql: &str) {
        self.open().execute_batch(sql).unwrap();
    }

    /// The files and their bytes.
    pub fn contents(&self) -> BTreeMap<String, Vec<u8>> {
        let files = fs::read_dir(self.0.path()).unwrap().map(|file| file.unwrap().path());
        files.map(|file| (file.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(&file).unwrap())).collect()
    }

    pub fn prepare(&self) -> Result<Prepared, Refusal> {
        file::prepare(&self.database(), "2026-01-10T22:27:08Z".parse::<Timestamp>().unwrap())
    }

    /// Looks at the database and rehearses what would be done; neither leaves a trace.
    #[track_caller]
    pub fn look(&self) -> (Result<Kind, Refusal>, Result<Done, Refusal>) {
        let before = self.contents();
        let seen = (file::identify(&self.database()), file::rehearse(&self.database()).map(|(done, _)| done));
        assert!(before == self.contents(), "a look leaves {:?}", self.contents().keys());
        seen
    }

    /// This folder as a crash at this moment would leave it.
    pub fn crashed(&self) -> Self {
        let crashed = Self::new();
        for (name, bytes) in self.contents().into_iter().filter(|(name, _)| !name.ends_with("-shm")) {
            fs::write(crashed.0.path().join(name), bytes).unwrap();
        }
        crashed
    }
}

/// Refused for this reason, and left as it was.
#[track_caller]
pub fn is_refused(folder: &Folder, expected: fn(&Reason) -> bool) {
    let before = folder.contents();
    for refusal in [folder.prepare().unwrap_err(), file::rehearse(&folder.database()).unwrap_err()] {
        assert!(expected(&refusal.reason), "{refusal}: {:?}", refusal.reason);
    }
    assert!(before == folder.contents(), "a refusal leaves {:?}", folder.contents().keys());
}

#[test]
fn a_file_without_tables_is_new() {
    for sql in ["PRAGMA user_version = 0; VACUUM", "PRAGMA journal_mode = WAL", "CREATE TABLE t (x); DROP TABLE t"] {
        let folder = Folder::new();
        folder.change(sql);
        assert_eq!(folder.look().0.unwrap(), Kind::New, "{sql}");
        assert_eq!(folder.prepare().unwrap().done, Done::Created, "{sql}");
        assert_eq!(folder.look().0.unwrap(), Kind::Ours { schema: LATEST }, "{sql}");
    }
}

#[test]
fn a_log_without_its_database_is_refused() {
    for empty in [false, true] {
        let folder = Folder::new();
        fs::write(folder.0.path().join("atlas.db-wal"), "the last sightings").unwrap();
        if empty {
            fs::write(folder.database(), "").unwrap();
        }
        is_refused(&folder, |reason| matches!(reason, Reason::LogAlone));
    }
}

#[test]
fn our_own_file_cut_short_is_refused() {
    let folder = Folder::new();
    drop(folder.prepare().unwrap());
    let bytes = fs::read(folder.database()).unwrap();
    fs::write(folder.database(), &bytes[..bytes.len() - 4096]).unwrap();
    is_refused(&folder, |reason| matches!(reason, Reason::Damaged(_)));
}

#[test]
fn a_newer_schema_is_used_only_where_it_says_so() {
    let newer = LATEST + 1;
    for (usable_from, is_usable) in [(LATEST, true), (newer, false)] {
        let folder = Folder::new();
        drop(folder.prepare().unwrap());
        folder.change(&format!("PRAGMA user_version = {newer}; INSERT INTO schema_versions VALUES ({newer}, {usable_from})"));
        if is_usable {
            let before = folder.contents();
            assert_eq!(folder.look().0.unwrap(), Kind::Ours { schema: newer });
            assert_eq!(folder.prepare().unwrap().done, Done::Nothing { schema: newer });
            assert!(before == folder.contents(), "what is newer is not touched");
        } else {
            is_refused(&folder, |reason| matches!(reason, Reason::Newer { schema, known: LATEST } if *schema == LATEST + 1));
        }
    }
}

#[test]
fn what_another_program_has_open_is_not_adopted() {
    let folder = Folder::with("v3.db");
    let predecessor = folder.open();
    predecessor.execute_batch("BEGIN; SELECT count(*) FROM entries").unwrap();
    let refusal = folder.prepare().unwrap_err();
    assert!(matches!(refusal.reason, Reason::InUseByOthers), "{refusal}");
    predecessor.execute_batch("COMMIT").unwrap();
    assert_eq!(folder.contents().len(), 1, "{:?}", folder.contents().keys());
    drop(predecessor);
    assert!(matches!(folder.prepare().unwrap().done, Done::Adopted(_)));
}

#[test]
fn a_lock_that_a_killed_process_left_is_no_hindrance() {
    let folder = Folder::with("v3.db");
    fs::write(folder.0.path().join("atlas.db.lock"), "1\n").unwrap();
    let prepared = folder.prepare().unwrap();
    let refusal = folder.prepare().unwrap_err();
    assert!(matches!(refusal.reason, Reason::InUse(Some(pid)) if pid == std::process::id()), "{refusal}");
    drop(prepared);
    assert!(!folder.contents().contains_key("atlas.db.lock"));
    folder.prepare().unwrap();
}

#[test]
fn of_many_migrations_at_once_one_wins_and_the_others_say_so() {
    let folder = Folder::with("v3.db");
    let start = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_catatlas"));
        command.args(["migrate", "--database"]).arg(folder.database()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let runs: Vec<_> = (0..8).map(|_| start()).collect();
    let ended: Vec<_> = runs.into_iter().map(|run| run.wait_with_output().unwrap()).collect();
    let said = |success| {
        let ended = ended.iter().filter(move |own| own.status.success() == success);
        ended.map(move |own| String::from_utf8(if success { &own.stdout } else { &own.stderr }.clone()).unwrap())
    };
    assert_eq!(said(true).filter(|said| said.contains("was adopted")).count(), 1, "{ended:#?}");
    assert!(said(true).all(|said| said.contains("was adopted") || said.contains("up to date")), "{ended:#?}");
    assert!(said(false).all(|said| said.contains("in use")), "{ended:#?}");
    assert_eq!(folder.contents().len(), 2, "the database and one copy: {:?}", folder.contents().keys());
}
