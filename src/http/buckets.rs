//! What is left to each client, kept as long as it matters and never for more clients than fit.

use std::collections::HashMap;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use governor::nanos::Nanos;
use governor::state::StateStore;

use super::client::Client;

/// How many clients a generation holds: some two megabytes.
pub const MOST: usize = 50_000;

/// Two generations of clients. Whoever takes something is of the young one. From time to time it becomes the old one, and who was in that is
/// forgotten. No sweep walks through them, so neither an idle atlas nor a flood of addresses costs more than two generations.
///
/// Where a flood fills the young generation early, the clients that were quiet the longest get a new bucket. To refuse newcomers instead
/// would let the flood lock out everybody.
#[derive(Debug, Clone, Default)]
pub struct Buckets(Arc<Mutex<Generations>>);

#[derive(Debug, Default)]
struct Generations {
    young: HashMap<Client, Nanos>,
    old: HashMap<Client, Nanos>,
}

impl Generations {
    fn age(&mut self) {
        self.old = mem::take(&mut self.young);
    }
}

impl Buckets {
    /// Forgets whoever took nothing since this was called before. What is forgotten must have been full again since.
    pub fn age(&self) {
        self.lock().age();
    }

    fn lock(&self) -> MutexGuard<'_, Generations> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        let buckets = self.lock();
        buckets.young.len() + buckets.old.len()
    }
}

impl StateStore for Buckets {
    type Key = Client;

    fn measure_and_replace<T, F, E>(&self, client: &Client, decide: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut buckets = self.lock();
        let known = buckets.young.get(client).or_else(|| buckets.old.get(client)).copied();
        let (answer, next) = if known.is_some() {
            // A bucket that has filled up again is a fresh one. Left to itself, governor 0.6 finds one more in it than it holds.
            let [kept, fresh] = [decide(known)?, decide(None)?];
            if kept.1 > fresh.1 { kept } else { fresh }
        } else {
            decide(None)?
        };
        if buckets.young.len() >= MOST && !buckets.young.contains_key(client) {
            buckets.age();
        }
        buckets.young.insert(*client, next);
        Ok(answer)
    }
}
