//! The open database: one writer, a few readers.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use r2d2::Pool;
use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::Semaphore;

use crate::trace;

use super::disk::Sizes;
use super::error::{Result, StoreError};
use super::file::{READER_FLAGS, open_writer, set_up_reader};
use super::observer::{Observer, Query};
use super::search_index;
use super::session::{Session, Tx};
use super::writer::Writer;

/// How many snapshots may be read at once. Reads are short and mostly in memory, so one more than the two cores of a small machine is enough.
const READERS: u32 = 3;

/// An open database. Clones share it.
#[derive(Debug, Clone)]
pub struct Db {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    /// Taken when the database is closed.
    writer: Mutex<Option<Arc<Writer>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    readers: Pool<SqliteConnectionManager>,
    permits: Semaphore,
    observer: Arc<dyn Observer>,
    file: PathBuf,
}

impl Db {
    /// Opens a file that has been [prepared](super::file::prepare).
    ///
    /// `threads` is how many threads there are that [`look up`](Self::look_up).
    pub fn open(file: &Path, threads: u32) -> Result<Self> {
        Self::open_observed(file, threads, Arc::new(()))
    }

    /// The same with somebody who is told how long things take.
    pub fn open_observed(file: &Path, threads: u32, observer: Arc<dyn Observer>) -> Result<Self> {
        let writer = Writer::start(open_writer(file)?, Arc::clone(&observer));
        let (writer, thread) = writer.map_err(|error| StoreError::Lost(error.to_string()))?;
        let manager = SqliteConnectionManager::file(file).with_flags(READER_FLAGS).with_init(set_up_reader);
        let readers = Pool::builder()
            // One more for each thread that may look something up, so that it never waits behind long reads.
            .max_size(READERS + threads)
            .test_on_check_out(false)
            .connection_timeout(Duration::from_secs(5))
            .build(manager)
            .map_err(|error| pool_error(&error))?;
        let shared = Shared {
            writer: Mutex::new(Some(Arc::new(writer))),
            thread: Mutex::new(Some(thread)),
            readers,
            permits: Semaphore::new(READERS as usize),
            observer,
            file: file.to_owned(),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Where it is.
    pub fn file(&self) -> &Path {
        &self.shared.file
    }

    /// Reads one snapshot. A connection is waited for before a thread is, so that many readers do not mean many threads.
    pub async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Session<'_>) -> Result<T> + Send + 'static,
    {
        let _permit = self.shared.permits.acquire().await.map_err(|_| StoreError::Busy)?;
        let (shared, trace) = (Arc::clone(&self.shared), trace::current());
        let read = tokio::task::spawn_blocking(move || {
            trace::within(trace, || shared.observed(Query::Read, |connection| snapshot(connection, work)))
        });
        read.await.unwrap_or_else(|panic| Err(StoreError::Lost(panic.to_string())))
    }

    /// Reads a row by key with one statement, which is a snapshot of its own, on the thread that asks: it takes microseconds, less than
    /// handing it to another thread would.
    pub fn look_up<T>(&self, work: impl FnOnce(&Session<'_>) -> Result<T>) -> Result<T> {
        self.shared.observed(Query::LookUp, |connection| work(&Session::new(connection)))
    }

    /// Runs `work` on the writing thread and answers once it is on disk. An error undoes it, whatever it has written.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let writer = unpoisoned(&self.shared.writer).clone().ok_or(StoreError::Busy)?;
        let began = Instant::now();
        let result = writer.write(work).await;
        self.shared.observer.asked(Query::Write, began.elapsed());
        trace::span("db.query", "write", began);
        result
    }

    /// How the connections and the queue stand.
    pub fn load(&self) -> Load {
        let (state, writer) = (self.shared.readers.state(), unpoisoned(&self.shared.writer));
        Load {
            idle: state.idle_connections,
            busy: state.connections - state.idle_connections,
            waiting_writes: writer.as_ref().map_or(0, |writer| writer.waiting()),
        }
    }

    /// What it takes of its disk.
    pub fn sizes(&self) -> Sizes {
        Sizes::of(&self.shared.file)
    }

    /// Takes no more writes, finishes those that wait, and empties the write-ahead log.
    pub fn close(&self) {
        drop(unpoisoned(&self.shared.writer).take());
        if let Some(thread) = unpoisoned(&self.shared.thread).take()
            && thread.join().is_err()
        {
            log::error!("the writer ended in a panic");
        }
    }
}

/// How busy a database is at a moment.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    /// Reading connections that wait for a question.
    pub idle: u32,
    /// Reading connections at work.
    pub busy: u32,
    /// Jobs in the writer's queue.
    pub waiting_writes: usize,
}

impl Shared {
    fn observed<T>(&self, query: Query, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let connection = self.readers.get().map_err(|error| pool_error(&error))?;
        let began = Instant::now();
        let result = work(&connection);
        self.observer.asked(query, began.elapsed());
        trace::span("db.query", query.as_str(), began);
        result
    }
}

/// One write from a process that may not be the only one: it waits for its turn among others, and leaves them their log.
pub fn write_beside<T, E: From<StoreError>>(file: &Path, work: impl FnOnce(&Tx<'_>) -> Result<T, E>) -> Result<T, E> {
    let mut connection = open_writer(file).map_err(StoreError::from)?;
    let changes = RefCell::default();
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(StoreError::from)?;
    let result = work(&Tx::new(&transaction, &changes))?;
    search_index::apply(&transaction, changes.take())?;
    transaction.commit().map_err(StoreError::from)?;
    Ok(result)
}

fn snapshot<T>(connection: &Connection, work: impl FnOnce(&Session<'_>) -> Result<T>) -> Result<T> {
    connection.prepare_cached("BEGIN")?.execute([])?;
    let snapshot = Snapshot(connection);
    work(&Session::new(snapshot.0))
}

/// Ends the reading transaction however the work ended, a panic included.
struct Snapshot<'c>(&'c Connection);

impl Drop for Snapshot<'_> {
    fn drop(&mut self) {
        let ended = self.0.prepare_cached("COMMIT").and_then(|mut statement| statement.execute([]));
        if let Err(error) = ended {
            log::error!("a reading transaction did not end: {error}");
        }
    }
}

fn pool_error(error: &r2d2::Error) -> StoreError {
    log::error!("no reading connection: {error}");
    StoreError::Busy
}

fn unpoisoned<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
