//! A server of one's own to be loaded: this program, on a temporary copy of a database, without limits.

use std::env;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use anyhow::{Context as _, ensure};
use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;
use url::Url;

/// Its process, which ends with this value.
#[derive(Debug)]
pub struct OwnServer {
    pub url: Url,
    process: Child,
    /// Kept open, so that the server can say what it likes.
    says: BufReader<ChildStdout>,
    _folder: TempDir,
}

impl OwnServer {
    /// # Errors
    /// The database cannot be copied, or the server does not start.
    pub fn start(database: &Path) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("atlas-loadtest-").tempdir().context("there is no room for a copy")?;
        let copy = folder.path().join("atlas.db");
        if database.exists() {
            copy_of(database, &copy).with_context(|| format!("{} cannot be copied", database.display()))?;
        } else {
            eprintln!("{} does not exist: the server begins with an empty atlas, and that is quicker than a full one.", database.display());
        }
        let mut command = Command::new(env::current_exe().context("this program does not know where it is")?);
        command.args(["serve", "--host", "127.0.0.1", "--port", "0", "--access", "open", "--log-level", "error", "--database"]).arg(&copy);
        command.args(["--rate-limit-per-minute", "0", "--auth-rate-limit-per-minute", "0"]);
        // What is set for the real server is not for this one.
        for name in env::vars_os().map(|(name, _)| name).filter(|name| name.to_string_lossy().starts_with("CATATLAS_")) {
            command.env_remove(name);
        }
        command.current_dir(folder.path()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().context("a server could not be started")?;
        let says = process.stdout.take().map(BufReader::new).context("the server is mute")?;
        let mut server = Self { url: Url::parse("http://127.0.0.1")?, process, says, _folder: folder };
        let mut line = String::new();
        server.says.read_line(&mut line)?;
        ensure!(
            line.starts_with("CatAtlas is ready at "),
            "the server did not start. `catatlas serve` on a copy of that database may say why."
        );
        server.url = line.split_whitespace().last().unwrap_or_default().parse().context("the server did not say where it is")?;
        Ok(server)
    }

    pub fn pid(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        // What it has is thrown away, so it need not end well; and it may have ended by itself, on the same Ctrl-C.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// A whole copy, also of what is only in the log of a database that is being served.
fn copy_of(database: &Path, copy: &Path) -> rusqlite::Result<()> {
    let source = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    source.backup("main", copy, None)
}
