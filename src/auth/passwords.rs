//! Passwords as hashes that are slow to guess: argon2id with the parameters that OWASP names.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::{Semaphore, oneshot};

/// 19 MiB, two passes, one lane: <https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html>.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// How many hash at once: what a flood of logins may take in memory is this times 19 MiB.
const AT_ONCE: usize = 2;
/// How many may be at it or wait for it. More are refused at once.
const AT_ALL: usize = 64;

/// The hash of a password that nobody has, by the same parameters: a name that is unknown is compared with it, and so takes as long as
/// a wrong password.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$yz3XpMg4Wsm7AUUE9rRQaQ$27wHMwRrp7EVZ5h+fECbjvPOojCUwYgr9PPOXZtRWIw";

/// Where passwords are hashed and compared, a few at a time.
#[derive(Debug, Clone)]
pub struct Passwords {
    shared: Arc<Shared>,
}

type Work = Box<dyn FnOnce() + Send>;

#[derive(Debug)]
struct Shared {
    work: Sender<Work>,
    at_all: Arc<Semaphore>,
    computed: AtomicU64,
}

/// Why a password could not be hashed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// Too many others wait: try again in a moment.
    Busy,
    /// There is something wrong with the machine, or with what is stored.
    Broken(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy => f.write_str("too many passwords are being checked"),
            Self::Broken(why) => write!(f, "a password could not be hashed: {why}"),
        }
    }
}

impl std::error::Error for Failure {}

impl From<argon2::password_hash::Error> for Failure {
    fn from(error: argon2::password_hash::Error) -> Self {
        Self::Broken(error.to_string())
    }
}

impl From<argon2::password_hash::phc::Error> for Failure {
    fn from(error: argon2::password_hash::phc::Error) -> Self {
        Self::Broken(error.to_string())
    }
}

impl Default for Passwords {
    /// Starts the few threads that hash, which end with the last clone. Always the same ones: an allocator keeps for each thread
    /// what it once took, so a hash here and a hash there would add up.
    fn default() -> Self {
        let (work, waiting) = channel::<Work>();
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..AT_ONCE {
            let waiting = Arc::clone(&waiting);
            thread::spawn(move || {
                let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
                while let Ok(work) = next() {
                    // Who waits learns of a panic by the answer that does not come.
                    drop(catch_unwind(AssertUnwindSafe(work)));
                }
            });
        }
        Self { shared: Arc::new(Shared { work, at_all: Arc::new(Semaphore::new(AT_ALL)), computed: AtomicU64::new(0) }) }
    }
}

impl Passwords {
    /// The hash of a password, with a salt of its own.
    pub async fn hash(&self, password: String) -> Result<String, Failure> {
        self.compute(move || hash(&password)).await
    }

    /// Whether a password is the one behind a hash. Without a hash it is not, which takes as long to find out.
    pub async fn matches(&self, password: String, stored: Option<String>) -> Result<bool, Failure> {
        self.compute(move || {
            let parsed = PasswordHash::new(stored.as_deref().unwrap_or(NOBODYS))?;
            let is_right = argon2()?.verify_password(password.as_bytes(), &parsed).is_ok();
            Ok(is_right && stored.is_some())
        })
        .await
    }

    /// How many hashes have been computed, right or wrong.
    #[must_use]
    pub fn computed(&self) -> u64 {
        self.shared.computed.load(Ordering::Relaxed)
    }

    /// Runs `work` in its turn. Its place is kept until it is done, also where nobody waits for it any more.
    async fn compute<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T, Failure> + Send + 'static) -> Result<T, Failure> {
        let place = Arc::clone(&self.shared.at_all).try_acquire_owned().map_err(|_| Failure::Busy)?;
        let (reply, answer) = oneshot::channel();
        self.shared.computed.fetch_add(1, Ordering::Relaxed);
        let work = move || {
            let result = work();
            drop(place);
            drop(reply.send(result));
        };
        self.shared.work.send(Box::new(work)).map_err(|_| Failure::Busy)?;
        answer.await.unwrap_or_else(|_| Err(Failure::Broken("it was given up".into())))
    }
}

/// The hash of a password, on the thread that asks.
pub fn hash(password: &str) -> Result<String, Failure> {
    Ok(argon2()?.hash_password(password.as_bytes())?.to_string())
}

fn argon2() -> Result<Argon2<'static>, Failure> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|error| Failure::Broken(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_matches_its_own_hash_and_no_other() {
        let passwords = Passwords::default();
        let [one, other] = [passwords.hash("purr".into()).await.unwrap(), passwords.hash("purr".into()).await.unwrap()];
        assert_ne!(one, other, "a salt each");
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
        assert_eq!(passwords.matches("purr".into(), Some(one.clone())).await, Ok(true));
        assert_eq!(passwords.matches("Purr".into(), Some(one)).await, Ok(false));
    }

    #[tokio::test]
    async fn an_unknown_name_costs_the_same_hash_as_a_wrong_password() {
        let passwords = Passwords::default();
        let stored = hash("purr").unwrap();
        let parameters = |hash: &str| hash.rsplitn(3, '$').nth(2).unwrap().to_owned();
        assert_eq!(parameters(NOBODYS), parameters(&stored));
        assert_eq!(passwords.matches("hiss".into(), None).await, Ok(false));
        assert_eq!(passwords.computed(), 1);
        assert_eq!(passwords.matches("hiss".into(), Some(stored)).await, Ok(false));
        assert_eq!(passwords.computed(), 2);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_flood_is_refused_and_never_more_than_a_few_hash_at_once() {
        let (passwords, most) = (Passwords::default(), Arc::new(AtomicU64::new(0)));
        let running = Arc::new(AtomicU64::new(0));
        let flood: Vec<_> = (0..2 * AT_ALL)
            .map(|_| {
                let (passwords, most, running) = (passwords.clone(), Arc::clone(&most), Arc::clone(&running));
                tokio::spawn(async move {
                    let work = move || {
                        most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        std::thread::yield_now();
                        running.fetch_sub(1, Ordering::SeqCst);
                        Ok(())
                    };
                    passwords.compute(work).await
                })
            })
            .collect();
        for one in flood {
            assert!(matches!(one.await.unwrap(), Ok(()) | Err(Failure::Busy)));
        }
        assert!(most.load(Ordering::SeqCst) <= AT_ONCE as u64);
        let places: Vec<_> = (0..AT_ALL).map(|_| Arc::clone(&passwords.shared.at_all).try_acquire_owned().unwrap()).collect();
        assert_eq!(passwords.hash("purr".into()).await, Err(Failure::Busy));
        drop(places);
        assert!(passwords.hash("purr".into()).await.is_ok());
    }
}
