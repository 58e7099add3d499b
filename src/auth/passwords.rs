//! Passwords as hashes that are slow to guess: argon2id with the parameters that OWASP names.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use tokio::sync::{Semaphore, oneshot};

/// 7 MiB, five passes, one lane: of the settings named as equal there, the one for little memory.
/// <https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html>
const MEMORY_KIB: u32 = 7 * 1024;
const PASSES: u32 = 5;
const LANES: u32 = 1;

/// How many may wait for the one thread that hashes, fifty a second. More are refused at once.
const AT_ALL: usize = 64;

/// The hash of a password that nobody has, by the same parameters: a name that is unknown is compared with it, and so takes as long as
/// a wrong password.
const NOBODYS: &str = "$argon2id$v=19$m=7168,t=5,p=1$yz3XpMg4Wsm7AUUE9rRQaQ$27wHMwRrp7EVZ5h+fECbjvPOojCUwYgr9PPOXZtRWIw";

/// Where passwords are hashed and compared, one at a time: a flood of logins takes one core and 7 MiB.
#[derive(Debug, Clone)]
pub struct Passwords {
    shared: Arc<Shared>,
}

type Work = Box<dyn FnOnce(&mut Vec<Block>) + Send>;

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

impl From<argon2::Error> for Failure {
    fn from(error: argon2::Error) -> Self {
        Self::Broken(error.to_string())
    }
}

impl From<argon2::password_hash::phc::Error> for Failure {
    fn from(error: argon2::password_hash::phc::Error) -> Self {
        Self::Broken(error.to_string())
    }
}

impl Default for Passwords {
    /// Starts the thread that hashes, which ends with the last clone.
    fn default() -> Self {
        let (work, waiting) = channel();
        thread::spawn(move || work_off(&waiting));
        Self { shared: Arc::new(Shared { work, at_all: Arc::new(Semaphore::new(AT_ALL)), computed: AtomicU64::new(0) }) }
    }
}

/// Does what comes in. The memory is kept: taken anew for each hash, the system's allocator would hardly give any of it back.
fn work_off(waiting: &Receiver<Work>) {
    let mut memory = Vec::new();
    while let Ok(work) = waiting.recv() {
        // Who waits learns of a panic by the answer that does not come.
        drop(catch_unwind(AssertUnwindSafe(|| work(&mut memory))));
    }
}

impl Passwords {
    /// The hash of a password, with a salt of its own.
    pub async fn hash(&self, password: String) -> Result<String, Failure> {
        self.compute(move |memory| hash_in(memory, &password)).await
    }

    /// Whether a password is the one behind a hash. Without a hash it is not, which takes as long to find out.
    pub async fn matches(&self, password: String, stored: Option<String>) -> Result<bool, Failure> {
        self.compute(move |memory| {
            let parsed = PasswordHash::new(stored.as_deref().unwrap_or(NOBODYS))?;
            let salt = parsed.salt.ok_or_else(|| Failure::Broken("it is kept without a salt".into()))?;
            // Compared in constant time.
            let is_right = Some(compute(memory, &password, Params::try_from(&parsed)?, &salt)?) == parsed.hash;
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
    async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Vec<Block>) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let place = Arc::clone(&self.shared.at_all).try_acquire_owned().map_err(|_| Failure::Busy)?;
        let (reply, answer) = oneshot::channel();
        self.shared.computed.fetch_add(1, Ordering::Relaxed);
        let work = move |memory: &mut Vec<Block>| {
            let result = work(memory);
            drop(place);
            drop(reply.send(result));
        };
        self.shared.work.send(Box::new(work)).map_err(|_| Failure::Busy)?;
        answer.await.unwrap_or_else(|_| Err(Failure::Broken("it was given up".into())))
    }
}

/// The hash of a password, on the thread that asks.
pub fn hash(password: &str) -> Result<String, Failure> {
    hash_in(&mut Vec::new(), password)
}

fn hash_in(memory: &mut Vec<Block>, password: &str) -> Result<String, Failure> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(Params::DEFAULT_OUTPUT_LEN))?;
    let salt = Salt::generate();
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&params)?,
        salt: Some(salt),
        hash: Some(compute(memory, password, params, &salt)?),
    };
    Ok(hash.to_string())
}

fn compute(memory: &mut Vec<Block>, password: &str, params: Params, salt: &Salt) -> Result<Output, Failure> {
    let length = params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
    memory.resize(params.block_count(), Block::new());
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut hash = [0; Output::MAX_LENGTH];
    let hash = hash.get_mut(..length).ok_or_else(|| Failure::Broken("it is kept at a length that is unknown".into()))?;
    argon2.hash_password_into_with_memory(password.as_bytes(), salt, hash, memory)?;
    Ok(Output::new(hash)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_matches_its_own_hash_and_no_other() {
        let passwords = Passwords::default();
        let [one, other] = [passwords.hash("purr".into()).await.unwrap(), passwords.hash("purr".into()).await.unwrap()];
        assert_ne!(one, other, "a salt each");
        assert!(one.starts_with("$argon2id$v=19$m=7168,t=5,p=1$"), "{one}");
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
    async fn a_flood_is_refused_and_never_more_than_one_hashes_at_once() {
        let (passwords, most) = (Passwords::default(), Arc::new(AtomicU64::new(0)));
        let running = Arc::new(AtomicU64::new(0));
        let flood: Vec<_> = (0..2 * AT_ALL)
            .map(|_| {
                let (passwords, most, running) = (passwords.clone(), Arc::clone(&most), Arc::clone(&running));
                tokio::spawn(async move {
                    let work = move |_: &mut Vec<Block>| {
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
        assert_eq!(most.load(Ordering::SeqCst), 1);
        let places: Vec<_> = (0..AT_ALL).map(|_| Arc::clone(&passwords.shared.at_all).try_acquire_owned().unwrap()).collect();
        assert_eq!(passwords.hash("purr".into()).await, Err(Failure::Busy));
        drop(places);
        assert!(passwords.hash("purr".into()).await.is_ok());
    }
}
