//! `catatlas doctor`: looks an atlas over, and says what to do about what it finds.

use std::fs;
use std::io::{Write as _, stdout};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::auth::secrets::weakness;
use crate::backups::{self, Place};
use crate::config::{Access, Config};
use crate::domain::backups::made_at;
use crate::store::checkup::{self, Part};
use crate::store::file;
use crate::store::identity::Kind;
use crate::store::migrations::LATEST;
use crate::store::snapshot;

/// Looks an atlas over: settings, disk, database, indexes, backups. Give it the settings that you give `serve`.
///
/// Works while the server runs, on a copy that is removed again. Exits with 0 where all is well, with 3 where there is advice, with 1
/// where something is broken, and with 2 where the command line is.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    #[command(flatten)]
    config: Config,

    /// Makes indexes anew that do not say what the sightings say. Stop the server first.
    #[arg(long)]
    fix: bool,

    /// Says it for programs
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Well,
    Advice,
    Broken,
}

/// What one check found.
#[derive(Debug, Serialize)]
struct Finding {
    check: &'static str,
    state: State,
    found: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<&'static str>,
}

impl Finding {
    fn well(check: &'static str, found: impl Into<String>) -> Self {
        Self { check, state: State::Well, found: found.into(), advice: None }
    }

    fn advice(check: &'static str, found: impl Into<String>, advice: &'static str) -> Self {
        Self { check, state: State::Advice, found: found.into(), advice: Some(advice) }
    }

    fn broken(check: &'static str, found: impl Into<String>, advice: &'static str) -> Self {
        Self { check, state: State::Broken, found: found.into(), advice: Some(advice) }
    }
}

/// # Errors
/// What is found is no error; that it cannot be told is one.
pub fn run(args: &DoctorArgs) -> anyhow::Result<ExitCode> {
    let mut findings = vec![Finding::well("settings", "they can be read")];
    findings.extend(exposure(&args.config));
    findings.extend(database(&args.config, args.fix));
    let worst = findings.iter().map(|finding| finding.state).max().unwrap_or(State::Well);
    let mut out = stdout().lock();
    if args.json {
        writeln!(out, "{}", serde_json::to_string(&findings)?)?;
    } else {
        for Finding { check, state, found, advice } in &findings {
            let mark = ["ok", "--", "!!"][*state as usize];
            writeln!(out, "{mark}  {check:<12} {found}")?;
            advice.map_or(Ok(()), |advice| writeln!(out, "{:17}{advice}", ""))?;
        }
    }
    Ok(ExitCode::from([0, 3, 1][worst as usize]))
}

/// Who can come in that should not.
fn exposure(config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    let is_public = !config.host.is_loopback();
    if is_public && config.accounts.access == Access::Open {
        let found = format!("everybody who can reach {} may change what others logged", config.host);
        findings.push(Finding::advice("exposure", found, "Take --access community."));
    }
    if is_public && config.web.trusted_proxies.is_empty() {
        let found = format!("{} is served without TLS: passwords can be read on their way", config.host);
        let advice = "Put a reverse proxy with TLS in front, name it in --trusted-proxies, and listen on 127.0.0.1.";
        findings.push(Finding::advice("exposure", found, advice));
    }
    if let Some(why) = config.accounts.jwt_secret.as_ref().and_then(|secret| weakness(secret.reveal())) {
        let advice = "Take it away, and a random one is made and kept; or make one with `openssl rand -hex 32`.";
        findings.push(Finding::advice("secrets", format!("JWT_SECRET can be guessed: {why}"), advice));
    }
    if findings.is_empty() { vec![Finding::well("exposure", "nobody comes in who should not")] } else { findings }
}

fn database(config: &Config, is_to_be_mended: bool) -> Vec<Finding> {
    let looked = file::locate(&config.database).and_then(|file| file::identify(&file).map(|kind| (file, kind)));
    let (file, kind) = match looked {
        Ok(looked) => looked,
        Err(refusal) => return vec![Finding::broken("database", refusal.to_string(), "Restore a backup: `catatlas restore`.")],
    };
    match kind {
        Kind::Ours { .. } => {}
        Kind::New => return vec![Finding::advice("database", "there is none yet", "`catatlas serve` makes it.")],
        Kind::Predecessor { .. } => return vec![Finding::advice("database", kind.to_string(), "`catatlas migrate` adopts it.")],
    }
    let schema = match kind {
        Kind::Ours { schema } if schema < LATEST => Finding::advice(
            "schema",
            format!("version {schema}, and this release makes {LATEST}"),
            "`catatlas migrate` brings it up to date.",
        ),
        kind => Finding::well("schema", kind.to_string()),
    };
    let mut findings = vec![schema, permissions(&file), disk(&file), log(&file)];
    findings.extend(content(&file, matches!(kind, Kind::Ours { schema } if schema >= LATEST), is_to_be_mended));
    findings.push(age(&Place::new(&file, config.backups.backup_folder.clone(), config.backups.backup_keep)));
    findings
}

fn permissions(file: &Path) -> Finding {
    match fs::metadata(file).map(|found| found.permissions().mode()) {
        Ok(mode) if mode & 0o007 != 0 => Finding::advice(
            "permissions",
            format!("every user of this machine can read it (mode {:o})", mode & 0o777),
            "`chmod o= FILE` leaves it to those who should.",
        ),
        Ok(_) => Finding::well("permissions", "nobody else can read the database"),
        Err(error) => Finding::broken("permissions", error.to_string(), "Let the user who runs this read it."),
    }
}

/// What a day of many photos may take, in bytes.
const ROOM: u64 = 1_000_000_000;

fn disk(file: &Path) -> Finding {
    let size = fs::metadata(file).map_or(0, |found| found.len());
    match rustix::fs::statvfs(file) {
        Ok(disk) => {
            let free = disk.f_bavail.saturating_mul(disk.f_frsize);
            let found = format!("{} MB free, and the atlas has {} MB", free / 1_000_000, size / 1_000_000);
            // A backup takes a copy, and another to prove it.
            let is_enough = free >= ROOM.max(3 * size);
            if is_enough { Finding::well("disk", found) } else { Finding::advice("disk", found, "Make room, or backups will soon fail.") }
        }
        Err(error) => Finding::advice("disk", format!("its room is not known: {error}"), "Look at it with `df`."),
    }
}

/// A log that is larger than this is not emptied as it should be, in bytes.
const LARGE_LOG: u64 = 128 << 20;

fn log(file: &Path) -> Finding {
    let size = checkup::log_size(file);
    let found = format!("{} KB", size / 1000);
    if size <= LARGE_LOG {
        return Finding::well("log", found);
    }
    Finding::advice("log", found, "Some program reads the database without an end. Find and stop it; a restart empties the log.")
}

const RESTORE: &str = "Restore the newest backup that is whole, or save what can be saved with `sqlite3 FILE .recover`.";

/// What a copy of the database shows.
fn content(file: &Path, is_latest: bool, is_to_be_mended: bool) -> Vec<Finding> {
    let folder = match tempfile::Builder::new().prefix(".catatlas-doctor-").tempdir_in(file.parent().unwrap_or(Path::new("."))) {
        Ok(folder) => folder,
        Err(error) => return vec![Finding::broken("integrity", error.to_string(), "Let the user who runs this write the folder.")],
    };
    let copy = folder.path().join("atlas.db");
    let faults = match snapshot::take(file, &copy).and_then(|()| if is_latest { checkup::faults(&copy) } else { Ok(Vec::new()) }) {
        Ok(faults) => faults,
        Err(refusal) => return vec![Finding::broken("integrity", refusal.to_string(), RESTORE)],
    };
    let is_broken = |part: &Part| matches!(part, Part::Pages | Part::References);
    let mut findings = vec![clock(&copy)];
    let (broken, indexes): (Vec<_>, Vec<_>) = faults.into_iter().partition(|(part, _)| is_broken(part));
    if broken.is_empty() {
        findings.push(Finding::well("integrity", "every page and every reference is whole"));
    }
    findings.extend(broken.into_iter().map(|(_, how)| Finding::broken("integrity", how, RESTORE)));
    if indexes.is_empty() {
        findings.push(Finding::well("indexes", "they say what the sightings say"));
    } else if is_to_be_mended {
        findings.push(match checkup::mend(file) {
            Ok(()) => Finding::well("indexes", "they were made anew"),
            Err(refusal) => Finding::broken("indexes", refusal.to_string(), "Try again once that is done."),
        });
    } else {
        let names: Vec<_> = indexes.iter().map(|(part, _)| format!("{part:?}").to_lowercase()).collect();
        let found = format!("what is known of {} is not what the sightings say", names.join(", "));
        findings.push(Finding::broken("indexes", found, "Stop the server and run `catatlas doctor --fix`."));
    }
    findings
}

fn clock(copy: &Path) -> Finding {
    let ahead = Timestamp::now().saturating_add(SignedDuration::from_hours(24));
    match (checkup::newest(copy), ahead) {
        (Ok(Some(newest)), Ok(ahead)) if newest > ahead.as_microsecond() => {
            Finding::advice("clock", "there are sightings from the future", "Set the clock of this machine.")
        }
        (Err(refusal), _) => Finding::broken("clock", refusal.to_string(), "Look at what is said of its integrity."),
        _ => Finding::well("clock", "no sighting is from the future"),
    }
}

/// How old the newest backup may be.
const OLD: SignedDuration = SignedDuration::from_hours(8 * 24);

fn age(place: &Place) -> Finding {
    let newest = match backups::list(&place.folder) {
        Ok(found) => found.first().and_then(|newest| made_at(&newest.name)),
        Err(trouble) => return Finding::broken("backups", trouble.to_string(), "Let the user who runs this read the folder."),
    };
    let advice = "`catatlas backup` makes one; --backup-every 24h lets the server do it.";
    match newest {
        None => Finding::advice("backups", format!("there are none in {}", place.folder.display()), advice),
        Some(made_at) if Timestamp::now().duration_since(made_at) > OLD => {
            Finding::advice("backups", format!("the newest is of {made_at}"), advice)
        }
        Some(made_at) => Finding::well("backups", format!("the newest is of {made_at}")),
    }
}
