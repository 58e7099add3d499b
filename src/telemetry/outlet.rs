//! Where log lines go: standard error, and a file that begins anew before it is too large. One thread writes, so that no request
//! waits for a disk or a terminal.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// Lines that come within this time are written together.
const GATHERING: Duration = Duration::from_millis(5);
/// What waits to be written, in bytes. Where nobody reads standard error, more is lost, and counted.
const MOST_WAITING: usize = 4 * 1024 * 1024;
/// How long the last lines may take at the end.
const LAST_LINES: Duration = Duration::from_secs(2);

/// A file of log lines and how it is kept.
#[derive(Debug, Clone)]
pub struct FileTarget {
    pub path: PathBuf,
    /// How large it becomes, in bytes, before it is `path.1` and a new one begins.
    pub largest: u64,
    /// How many old ones are kept.
    pub kept: u32,
}

/// The way to the thread that writes.
#[derive(Debug, Clone)]
pub struct Outlet {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    waiting: Mutex<Waiting>,
    filled: Condvar,
    emptied: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    lines: Vec<u8>,
    lost: u64,
    is_writing: bool,
    is_to_reopen: bool,
}

impl Outlet {
    /// Opens the file, if there is to be one, and starts the thread.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn open(target: Option<FileTarget>) -> io::Result<Self> {
        let file = target.map(LogFile::open).transpose()?;
        let shared = Arc::<Shared>::default();
        let outlet = Self { shared: Arc::clone(&shared) };
        thread::Builder::new().name("log".into()).spawn(move || write(&shared, file))?;
        Ok(outlet)
    }

    pub fn add(&self, line: &str) {
        let mut waiting = self.shared.waiting();
        if waiting.lines.len() + line.len() > MOST_WAITING {
            waiting.lost += 1;
            return;
        }
        let was_empty = waiting.lines.is_empty();
        waiting.lines.extend_from_slice(line.as_bytes());
        if was_empty {
            self.shared.filled.notify_one();
        }
    }

    /// Lets go of the file and opens whatever has its name now: how `logrotate` and its like take it away.
    pub fn reopen(&self) {
        self.shared.waiting().is_to_reopen = true;
        self.shared.filled.notify_one();
    }

    /// Waits until every line is written, but not for ever.
    pub fn flush(&self) {
        let is_busy = |waiting: &mut Waiting| waiting.is_writing || !waiting.lines.is_empty();
        drop(self.shared.emptied.wait_timeout_while(self.shared.waiting(), LAST_LINES, is_busy));
    }
}

impl Shared {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn write(shared: &Shared, mut file: Option<LogFile>) {
    let mut lines = Vec::new();
    loop {
        let is_idle = |waiting: &mut Waiting| waiting.lines.is_empty() && !waiting.is_to_reopen;
        drop(shared.filled.wait_while(shared.waiting(), is_idle));
        thread::sleep(GATHERING);
        let mut waiting = shared.waiting();
        lines.clear();
        std::mem::swap(&mut waiting.lines, &mut lines);
        waiting.is_writing = true;
        let (is_to_reopen, lost) = (std::mem::take(&mut waiting.is_to_reopen), std::mem::take(&mut waiting.lost));
        drop(waiting);
        if lost > 0 {
            lines.extend_from_slice(format!("{{\"level\":\"warn\",\"event\":\"log_lines_lost\",\"count\":{lost}}}\n").as_bytes());
        }
        if let Some(file) = &mut file {
            if is_to_reopen {
                file.reopen();
            }
            file.add(&lines);
        }
        // Nobody can be told that standard error is gone.
        drop(io::stderr().write_all(&lines));
        shared.waiting().is_writing = false;
        shared.emptied.notify_all();
    }
}

struct LogFile {
    target: FileTarget,
    file: File,
    size: u64,
    /// So that a full disk is told of once.
    is_broken: bool,
}

impl LogFile {
    fn open(target: FileTarget) -> io::Result<Self> {
        let (file, size) = append(&target.path)?;
        Ok(Self { target, file, size, is_broken: false })
    }

    fn reopen(&mut self) {
        let opened = append(&self.target.path).map(|(file, size)| (self.file, self.size) = (file, size));
        self.tell(&opened);
    }

    fn add(&mut self, lines: &[u8]) {
        for line in lines.split_inclusive(|byte| *byte == b'\n') {
            let length = line.len() as u64;
            if self.size > 0 && self.size + length > self.target.largest {
                let begun = self.begin_anew();
                self.tell(&begun);
            }
            self.size += length;
            let written = self.file.write_all(line);
            self.tell(&written);
        }
    }

    /// `log.1` becomes `log.2`, `log` becomes `log.1`.
    fn begin_anew(&mut self) -> io::Result<()> {
        let numbered = |number: u32| if number == 0 { self.target.path.clone() } else { beside(&self.target.path, number) };
        for number in (0..self.target.kept).rev() {
            if numbered(number).exists() {
                fs::rename(numbered(number), numbered(number + 1))?;
            }
        }
        if self.target.kept == 0 {
            fs::remove_file(&self.target.path)?;
        }
        (self.file, self.size) = append(&self.target.path)?;
        Ok(())
    }

    fn tell(&mut self, result: &io::Result<()>) {
        if let Err(error) = result
            && !self.is_broken
        {
            drop(writeln!(io::stderr(), "the log file {} cannot be written: {error}", self.target.path.display()));
        }
        self.is_broken = result.is_err();
    }
}

fn append(path: &Path) -> io::Result<(File, u64)> {
    let file = OpenOptions::new().create(true).append(true).open(path)?;
    let size = file.metadata()?.len();
    Ok((file, size))
}

fn beside(path: &Path, number: u32) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{number}"));
    name.into()
}
