//! The one thread that writes. Jobs wait in a bounded queue; what waits together is committed together, and only then
//! acknowledged: an acknowledged write survives a power cut.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::oneshot;

use crate::trace::{self, Trace};

use super::error::{Result, StoreError};
use super::observer::Observer;
use super::search_index::{self, Change};
use super::session::Tx;

/// Jobs that may wait. More are refused at once, so that nobody waits in vain.
const QUEUE: usize = 1024;
/// A batch ends at this many jobs or this much time, so that the first of it does not wait for ever.
const BATCH: usize = 256;
const BATCH_TIME: Duration = Duration::from_millis(20);

/// The way to the writing thread.
#[derive(Debug)]
pub struct Writer {
    queue: Sender<Box<dyn Job>>,
}

impl Writer {
    /// Starts the thread on the one connection that may write. It ends, with a checkpoint, when the `Writer` is dropped and the
    /// queue is empty.
    pub fn start(connection: Connection, observer: Arc<dyn Observer>) -> std::io::Result<(Self, JoinHandle<()>)> {
        let (queue, jobs) = channel(QUEUE);
        let thread = std::thread::Builder::new().name("writer".into()).spawn(move || work(&connection, jobs, &*observer))?;
        Ok((Self { queue }, thread))
    }

    /// Runs `work` in the next transaction and answers once that is on disk. A panic or an error in it undoes this job alone; the
    /// error may be the caller's own, such as a refusal that only the newest rows could tell.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Work { run: Some(work), result: None, reply, trace: trace::current() };
        self.queue.try_send(Box::new(job)).map_err(|_| StoreError::Busy)?;
        let Ok(Ended { result, others }) = answer.await else { return Err(StoreError::Busy.into()) };
        drop(others);
        result
    }

    /// How many jobs wait in the queue.
    pub fn waiting(&self) -> usize {
        QUEUE - self.queue.capacity()
    }
}

/// A job whose types are forgotten.
trait Job: Send {
    /// Whether it is to be kept.
    fn run(&mut self, tx: &Tx<'_>) -> bool;
    /// Tells who waits what came of it, and hands over the `others`.
    fn answer(self: Box<Self>, lost: Option<&str>, others: Others);
}

struct Work<T, E, F> {
    run: Option<F>,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Ended<T, E>>,
    /// The request that it is done for.
    trace: Option<Arc<Trace>>,
}

/// What a job came to.
struct Ended<T, E> {
    result: Result<T, E>,
    others: Others,
}

/// The other jobs of a batch, answered when this is dropped. One who waits wakes them: from one task of a runtime to the
/// next that costs a fraction of waking each from outside.
#[derive(Default)]
struct Others {
    jobs: Vec<Box<dyn Job>>,
    /// Why jobs that went well were not kept after all.
    lost: Option<String>,
}

impl Drop for Others {
    fn drop(&mut self) {
        for job in self.jobs.drain(..) {
            job.answer(self.lost.as_deref(), Self::default());
        }
    }
}

impl<T: Send, E: From<StoreError> + Send, F: FnOnce(&Tx<'_>) -> Result<T, E> + Send> Job for Work<T, E, F> {
    fn run(&mut self, tx: &Tx<'_>) -> bool {
        let Some(work) = self.run.take() else { return false };
        let work = || trace::within(self.trace.take(), || work(tx));
        let result = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(StoreError::Lost("its job panicked".into()).into()));
        self.result.insert(result).is_ok()
    }

    fn answer(self: Box<Self>, lost: Option<&str>, others: Others) {
        let result = match (self.result, lost) {
            (Some(Ok(_)) | None, Some(why)) => Err(StoreError::Lost(why.to_owned()).into()),
            (Some(result), _) => result,
            (None, None) => Err(StoreError::Busy.into()),
        };
        // Who asked may be gone: the write stands all the same, and what was sent is dropped here.
        drop(self.reply.send(Ended { result, others }));
    }
}

fn work(connection: &Connection, mut jobs: Receiver<Box<dyn Job>>, observer: &dyn Observer) {
    while let Some(first) = jobs.blocking_recv() {
        let mut batch: Vec<Box<dyn Job>> = Vec::new();
        let began = Instant::now();
        let lost = commit(connection, first, &mut jobs, &mut batch).err().map(|error| error.to_string());
        observer.committed(batch.len(), began.elapsed());
        if let Some(why) = &lost {
            log::error!("a batch of {} writes was not kept: {why}", batch.len());
            if !connection.is_autocommit()
                && let Err(error) = connection.execute_batch("ROLLBACK")
            {
                log::error!("nor could it be rolled back: {error}");
            }
        }
        if let Some(last) = batch.pop() {
            last.answer(lost.clone().as_deref(), Others { jobs: batch, lost });
        }
    }
    if let Err(error) = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())) {
        log::warn!("the write-ahead log could not be emptied at the end; the next start reads it: {error}");
    }
}

/// Runs `first` and what waits behind it in one transaction; they all end up in `batch`.
fn commit(connection: &Connection, first: Box<dyn Job>, jobs: &mut Receiver<Box<dyn Job>>, batch: &mut Vec<Box<dyn Job>>) -> Result<()> {
    let changes = RefCell::new(Vec::<Change>::new());
    let tx = Tx::new(connection, &changes);
    let began = Instant::now();
    let mut going = execute(connection, "BEGIN IMMEDIATE");
    let mut next = Ok(first);
    while let Ok(mut job) = next {
        // After a failure the others are still taken from the queue: they learn of it with this batch.
        if going.is_ok() {
            going = run(connection, &tx, &changes, &mut *job);
        }
        batch.push(job);
        next = if batch.len() < BATCH && began.elapsed() < BATCH_TIME { jobs.try_recv() } else { Err(TryRecvError::Empty) };
    }
    going?;
    search_index::apply(connection, changes.take())?;
    execute(connection, "COMMIT")
}

/// Runs one job. What it did is undone if it fails; an error here is one of the whole transaction.
fn run(connection: &Connection, tx: &Tx<'_>, changes: &RefCell<Vec<Change>>, job: &mut dyn Job) -> Result<()> {
    let kept = changes.borrow().len();
    execute(connection, "SAVEPOINT job")?;
    if !job.run(tx) {
        // Some errors (a full disk) end the whole transaction: then there is nothing to go back to.
        if connection.is_autocommit() {
            return Err(StoreError::Lost("the database gave up the transaction".into()));
        }
        execute(connection, "ROLLBACK TO job")?;
        changes.borrow_mut().truncate(kept);
    }
    execute(connection, "RELEASE job")
}

fn execute(connection: &Connection, sql: &str) -> Result<()> {
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}
