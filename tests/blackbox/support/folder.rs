//! A folder of one test and the program run in it: what it printed, what it left behind, how it ended.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use tempfile::TempDir;

use super::{Atlas, fixture, wait_for};

const PROGRAM: &str = env!("CARGO_BIN_EXE_catatlas");

/// On a free port, for as many requests as a test likes to send, by anybody, as the predecessor had it.
const SERVE: &[&str] = &[
    "serve",
    "--host",
    "127.0.0.1",
    "--port",
    "0",
    "--rate-limit-per-minute",
    "0",
    "--auth-rate-limit-per-minute",
    "0",
    "--access",
    "open",
];

/// The user `nobody`: bound by mode bits even where the tests run as root.
const NOBODY: u32 = 65534;

/// A temporary folder: `data/` is where the program works, what it prints lies beside.
pub struct Folder {
    root: TempDir,
    runs: AtomicU32,
}

/// One finished run of the program.
#[derive(Debug)]
pub struct Finished {
    pub status: ExitStatus,
    pub stdout: String,
    pub stderr: String,
}

impl Finished {
    #[track_caller]
    pub fn succeeds(self) -> Self {
        assert!(self.status.success(), "the program failed: {self:#?}");
        self
    }

    /// It ended by itself with an error a person can read.
    #[track_caller]
    pub fn fails(self) -> Self {
        let code = self.status.code().unwrap_or_else(|| panic!("the program was killed: {self:#?}"));
        assert_ne!(code, 0, "the program should have refused: {self:#?}");
        assert!(!self.stderr.trim().is_empty(), "a failure without a word: {self:#?}");
        assert!(!self.stderr.contains("panicked"), "a failure by panic: {self:#?}");
        self
    }

    /// Everything printed, lower-cased.
    pub fn words(&self) -> String {
        format!("{}\n{}", self.stdout, self.stderr).to_lowercase()
    }

    #[track_caller]
    pub fn says_one_of(&self, words: &[&str]) {
        assert!(words.iter().any(|word| self.words().contains(word)), "none of {words:?} in {self:#?}");
    }
}

/// The program while it runs; killed when dropped.
pub struct Running {
    child: Child,
    stdout: PathBuf,
    stderr: PathBuf,
}

impl Running {
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn stdout(&self) -> String {
        fs::read_to_string(&self.stdout).unwrap()
    }

    pub fn stderr(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.stderr).unwrap()).into_owned()
    }

    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().unwrap()
    }

    /// Sends a signal by name (`TERM`, `KILL`).
    #[track_caller]
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").arg(format!("-{name}")).arg(self.pid().to_string()).status().unwrap();
        assert!(sent.success(), "no process {} to send {name} to", self.pid());
    }

    #[track_caller]
    pub fn wait(&mut self) -> Finished {
        let status = wait_for("the program to end", || self.ended());
        Finished { status, stdout: self.stdout(), stderr: self.stderr() }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            drop(self.child.kill());
            drop(self.child.wait());
        }
    }
}

impl Folder {
    pub fn new() -> Self {
        let folder = Self { root: TempDir::with_prefix("blackbox-").unwrap(), runs: AtomicU32::new(0) };
        fs::create_dir(folder.data()).unwrap();
        folder
    }

    /// A folder whose database is a copy of a file of `tests/fixtures`.
    pub fn with(name: &str) -> Self {
        let folder = Self::new();
        fs::copy(fixture(name), folder.database()).unwrap();
        folder
    }

    pub fn data(&self) -> PathBuf {
        self.root.path().join("data")
    }

    pub fn database(&self) -> PathBuf {
        self.data().join("atlas.db")
    }

    /// Every file in `data/` with its bytes; of other things the kind only.
    pub fn contents(&self) -> BTreeMap<String, Vec<u8>> {
        let entries = fs::read_dir(self.data()).unwrap().map(Result::unwrap);
        entries
            .map(|entry| {
                let kind = entry.file_type().unwrap();
                let bytes = if kind.is_file() { fs::read(entry.path()).unwrap() } else { format!("{kind:?}").into_bytes() };
                (entry.file_name().into_string().unwrap(), bytes)
            })
            .collect()
    }

    pub fn file_names(&self) -> Vec<String> {
        self.contents().into_keys().collect()
    }

    fn command(&self, program: &Path, arguments: &[&str], output: (&Path, &Path)) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.data()).env_clear();
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        command.stdin(Stdio::null()).stdout(File::create(output.0).unwrap()).stderr(File::create(output.1).unwrap());
        command
    }

    fn start_as(&self, program: &Path, arguments: &[&str], change: impl FnOnce(&mut Command)) -> Running {
        let run = self.runs.fetch_add(1, Ordering::Relaxed);
        let [stdout, stderr] = ["out", "err"].map(|name| self.root.path().join(format!("{run}.{name}")));
        let mut command = self.command(program, arguments, (&stdout, &stderr));
        change(&mut command);
        let child = command.spawn().unwrap_or_else(|error| panic!("{} does not start: {error}", program.display()));
        Running { child, stdout, stderr }
    }

    pub fn start(&self, arguments: &[&str]) -> Running {
        self.start_as(Path::new(PROGRAM), arguments, |_| {})
    }

    /// The same with variables in its environment.
    pub fn start_told(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Running {
        self.start_as(Path::new(PROGRAM), arguments, |command| {
            command.envs(variables.iter().copied());
        })
    }

    /// Serves this folder's database from a disk of its own of so many megabytes, which goes with the program. None where the system
    /// lets nobody make such a disk.
    pub fn start_serving_on_a_small_disk(&self, megabytes: u32) -> Option<Running> {
        let mount = format!("mount -t tmpfs -o size={megabytes}m tmpfs \"$1\"");
        let script = format!("{mount} && cd \"$1\" && shift && exec \"$@\"");
        let (data, database) = (self.data(), self.database());
        let root = fs::metadata(&data).unwrap().uid() == 0;
        let apart: &[&str] = if root { &["--mount", "sh", "-c"] } else { &["--map-root-user", "--mount", "sh", "-c"] };
        let run = |arguments: &[&str]| self.start_as(Path::new("unshare"), &[apart, arguments].concat(), |_| {});
        let can = run(&[&mount, "sh", text(&data)]).wait().status.success();
        let program: &[&str] = &[&script, "sh", text(&data), PROGRAM];
        can.then(|| run(&[program, SERVE, &["--database", text(&database)]].concat()))
    }

    /// Starts `serve` on a database, without waiting for it.
    pub fn start_serving(&self, database: &Path) -> Running {
        self.start_serving_with(database, &[])
    }

    /// The same with more arguments; of one given twice the last counts.
    pub fn start_serving_with(&self, database: &Path, arguments: &[&str]) -> Running {
        self.start(&[SERVE, &["--database", text(database)], arguments].concat())
    }

    /// Serves this folder's database and waits until it answers.
    #[track_caller]
    pub fn serve(&self) -> Atlas<&Self> {
        Atlas::serve(self)
    }

    #[track_caller]
    pub fn run(&self, arguments: &[&str]) -> Finished {
        self.start(arguments).wait()
    }

    /// The same with something on standard input.
    #[track_caller]
    pub fn run_with_input(&self, arguments: &[&str], input: &str) -> Finished {
        let file = self.root.path().join(format!("{}.in", self.runs.load(Ordering::Relaxed)));
        fs::write(&file, input).unwrap();
        let give = |command: &mut Command| {
            command.stdin(File::open(file).unwrap());
        };
        self.start_as(Path::new(PROGRAM), arguments, give).wait()
    }

    /// `catatlas user` with these arguments on this folder's database.
    #[track_caller]
    pub fn user(&self, arguments: &[&str], input: &str) -> Finished {
        self.run_with_input(&[&["user", "--database", text(&self.database())], arguments].concat(), input)
    }

    /// `catatlas migrate` with these arguments on this folder's database.
    #[track_caller]
    pub fn migrate(&self, arguments: &[&str]) -> Finished {
        self.run(&[&["migrate"], arguments, &["--database", text(&self.database())]].concat())
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// The program run by somebody whom mode bits bind: ourselves, or `nobody` where we are root.
pub struct SomeoneElse {
    program: PathBuf,
    root: bool,
}

impl SomeoneElse {
    pub fn in_folder(folder: &Folder) -> io::Result<Self> {
        // A folder of root's build may be closed to others, so the program comes along.
        let program = folder.root.path().join("catatlas");
        fs::copy(PROGRAM, &program)?;
        fs::set_permissions(folder.root.path(), fs::Permissions::from_mode(0o755))?;
        Ok(Self { root: fs::metadata(&program)?.uid() == 0, program })
    }

    #[track_caller]
    pub fn run(&self, folder: &Folder, arguments: &[&str]) -> Finished {
        let as_nobody = |command: &mut Command| {
            if self.root {
                command.uid(NOBODY).gid(NOBODY);
            }
        };
        folder.start_as(&self.program, arguments, as_nobody).wait()
    }
}
