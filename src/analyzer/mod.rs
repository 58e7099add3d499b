//! Analysis by a language model, if the operator wants one: a server of the chat protocol that most of them speak. Whatever goes wrong,
//! the rules that are built in stand in.

mod client;

use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::{Semaphore, oneshot};
use url::Url;

use crate::domain::analysis::Findings;
use crate::domain::geocoding::CircuitState;
use crate::geocoder::breaker::{Breaker, Limits};
use crate::trace;

use client::Client;

/// So many notes are analyzed at once; who comes then gets the rules.
const AT_ONCE: usize = 2;
/// After so many failures in a row it is left alone for a while.
const LIMITS: Limits = Limits { failures: 5, rest: Duration::from_secs(60), trials: 1 };

/// Whom to ask, and how.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the protocol begins, such as `http://127.0.0.1:11434/v1`.
    pub server: Url,
    pub model: String,
    /// What the server wants to be shown, if anything.
    pub key: Option<String>,
    pub timeout: Duration,
}

/// A model that is asked about notes.
#[derive(Debug)]
pub struct Analyzer {
    client: Client,
    breaker: Mutex<Breaker>,
    slots: Arc<Semaphore>,
}

impl Analyzer {
    #[must_use]
    pub fn new(config: Config) -> Arc<Self> {
        Arc::new(Self { client: Client::new(config), breaker: Mutex::new(Breaker::new(LIMITS)), slots: Arc::new(Semaphore::new(AT_ONCE)) })
    }

    /// What the model is called.
    #[must_use]
    pub fn name(&self) -> &str {
        self.client.model()
    }

    /// What the model finds in a note; none where it is unwell or busy, or says what cannot be used.
    pub async fn analyze(self: &Arc<Self>, note: &str) -> Option<Findings> {
        if self.breaker().state(Instant::now()) == CircuitState::Open {
            return None;
        }
        // A slot is given back when the call has ended, though who asked may be gone.
        let Ok(slot) = Arc::clone(&self.slots).try_acquire_owned() else { return None };
        let (tell, told) = oneshot::channel();
        let (analyzer, note, trace) = (Arc::clone(self), note.to_owned(), trace::current());
        let call = move || {
            trace::within(trace, || drop(tell.send(analyzer.ask(&note))));
            drop(slot);
        };
        // A thread of its own: a program that stops waits for those of the runtime.
        let is_begun = thread::Builder::new().name("analyzer".to_owned()).spawn(call).is_ok();
        if is_begun { told.await.unwrap_or(None) } else { None }
    }

    fn ask(&self, note: &str) -> Option<Findings> {
        match self.client.ask(note) {
            Ok(findings) => {
                self.breaker().succeeded();
                Some(findings)
            }
            Err(why) => {
                let mut breaker = self.breaker();
                breaker.failed(Instant::now());
                log::warn!("the analyzer failed ({} in a row), the built-in rules stand in: {why}", breaker.failures());
                None
            }
        }
    }

    fn breaker(&self) -> std::sync::MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
