//! The geocoder, asked politely: one call at a time, a pause between requests, retries, and rest when it is unwell.

pub mod breaker;
pub mod client;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::{OwnedMutexGuard, Semaphore, oneshot};
use tokio::time::timeout;
use url::Url;

use crate::domain::geocoding::{CircuitState, GeocodingHealthResponse, Place};
use crate::domain::time;
use crate::trace;

use breaker::{Breaker, Limits};
use client::{Client, Failure};

/// Whom to ask and how patiently.
#[derive(Clone)]
pub struct Config {
    /// A Nominatim server.
    pub server: Url,
    /// One try may take so long.
    pub timeout: Duration,
    /// From the end of one request to the start of the next, so that no two reach the server closer than this.
    pub interval: Duration,
    /// So many more tries after one that failed, the first an interval later, each next one twice as long.
    pub retries: u32,
    /// Calls under way and waiting; who comes then is turned away.
    pub line: usize,
    /// Who has waited so long for their turn is turned away.
    pub patience: Duration,
    pub limits: Limits,
}

impl Config {
    /// What the usage policy of Nominatim's public server asks for, and the predecessor's retries and circuit.
    #[must_use]
    pub fn polite(server: Url) -> Self {
        Self {
            server,
            timeout: Duration::from_secs(10),
            interval: Duration::from_secs(1),
            retries: 2,
            line: 16,
            patience: Duration::from_secs(15),
            limits: Limits { failures: 5, rest: Duration::from_secs(60), trials: 3 },
        }
    }
}

/// Why nobody could say where a location lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unavailable {
    /// The circuit is open.
    Resting,
    /// Too many want to know at once.
    Busy,
    Failed(Failure),
    /// The call broke off on our side.
    Lost,
}

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Resting => f.write_str("The geocoder is taking a rest after failures. Please try again in a minute."),
            Self::Busy => f.write_str("Many locations are being looked up right now. Please try again in a minute."),
            Self::Failed(failure) => write!(f, "The geocoder could not help: {failure}. Please try again later."),
            Self::Lost => f.write_str("The lookup broke off. Please try again."),
        }
    }
}

struct Circuit {
    breaker: Breaker,
    last_failure: Option<Timestamp>,
}

/// A handle to one server; all lookups of the process go through the same one.
pub struct Geocoder {
    config: Config,
    client: Client,
    circuit: Mutex<Circuit>,
    line: Semaphore,
    /// Whoever holds it may call; given in order of arrival. Knows when the last request ended.
    turn: Arc<tokio::sync::Mutex<Option<Instant>>>,
}

impl Geocoder {
    #[must_use]
    pub fn new(config: Config) -> Arc<Self> {
        Arc::new(Self {
            client: Client::new(&config.server, config.timeout),
            circuit: Mutex::new(Circuit { breaker: Breaker::new(config.limits), last_failure: None }),
            line: Semaphore::new(config.line),
            turn: Arc::default(),
            config,
        })
    }

    /// Where a location lies: none if the server knows no such place. Waits in line first.
    pub async fn locate(self: &Arc<Self>, location: &str) -> Result<Option<Place>, Unavailable> {
        self.check()?;
        let _place_in_line = self.line.try_acquire().map_err(|_| Unavailable::Busy)?;
        let turn = timeout(self.config.patience, Arc::clone(&self.turn).lock_owned()).await.map_err(|_| Unavailable::Busy)?;
        let (tell, told) = oneshot::channel();
        let (geocoder, location) = (Arc::clone(self), location.to_owned());
        // A thread of its own, not one of the runtime's: a stopping program waits for those, and a call may take half a minute.
        // Who asked may be gone when the answer comes: the call ends all the same, its turn with it.
        let trace = trace::current();
        let call = move || trace::within(trace, || drop(tell.send(geocoder.call(&location, turn))));
        thread::Builder::new().name("geocoder".to_owned()).spawn(call).map_err(|_| Unavailable::Lost)?;
        told.await.unwrap_or(Err(Unavailable::Lost))
    }

    #[must_use]
    pub fn health(&self) -> GeocodingHealthResponse {
        let circuit = self.circuit();
        let state = circuit.breaker.state(Instant::now());
        GeocodingHealthResponse::new(state, circuit.breaker.failures(), circuit.last_failure.map(time::format))
    }

    fn call(&self, location: &str, mut last_request: OwnedMutexGuard<Option<Instant>>) -> Result<Option<Place>, Unavailable> {
        // The circuit may have opened while this call waited.
        self.check()?;
        let began = Instant::now();
        let answer = self.ask(location, &mut last_request);
        trace::span("geocoder.search", "look up a location", began);
        let Circuit { breaker, last_failure } = &mut *self.circuit();
        match &answer {
            Ok(_) => breaker.succeeded(),
            Err(failure) => {
                breaker.failed(Instant::now());
                *last_failure = Some(Timestamp::now());
                log::warn!("the geocoder failed ({} in a row): {failure}", breaker.failures());
            }
        }
        answer.map_err(Unavailable::Failed)
    }

    /// Up to `1 + retries` requests, each at its time.
    fn ask(&self, location: &str, last_request: &mut Option<Instant>) -> Result<Option<Place>, Failure> {
        let mut retries = 0;
        loop {
            if let Some(last) = last_request {
                thread::sleep((*last + self.config.interval).saturating_duration_since(Instant::now()));
            }
            let answer = self.client.search(location);
            *last_request = Some(Instant::now());
            match answer {
                Err(failure) if failure.may_pass() && retries < self.config.retries => {
                    thread::sleep(self.backoff(retries));
                    retries += 1;
                }
                answer => return answer,
            }
        }
    }

    /// The pause after so many retries. It doubles, and luck adds up to half, so that many programs that failed together do
    /// not come back together.
    fn backoff(&self, retries: u32) -> Duration {
        let luck = getrandom::u32().map_or(0.5, |number| f64::from(number) / f64::from(u32::MAX));
        (self.config.interval * 2_u32.saturating_pow(retries)).mul_f64(1.0 + luck / 2.0)
    }

    fn check(&self) -> Result<(), Unavailable> {
        match self.circuit().breaker.state(Instant::now()) {
            CircuitState::Open => Err(Unavailable::Resting),
            _ => Ok(()),
        }
    }

    fn circuit(&self) -> MutexGuard<'_, Circuit> {
        self.circuit.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
