//! What happens by itself, however little is asked of the server.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::interval;

use crate::store::{Db, StoreError, idempotency, photos};

/// How often photos are swept; the first time at once.
const SWEEP: Duration = Duration::from_secs(60 * 60);
/// How long a photo stays that no sighting shows: somebody may still be writing the sighting.
const STAYS: SignedDuration = SignedDuration::from_hours(24);
/// How long the key of a sighting is remembered: a phone may be without a network for a journey.
const KEY_STAYS: SignedDuration = SignedDuration::from_hours(30 * 24);
/// The most writes of one sweep. What is left then is swept the next time.
const MOST_WRITES: usize = 100;

/// Sweeps photos that no sighting has shown for a day, every hour, for ever.
pub async fn sweep_photos(db: Db) {
    let mut hourly = interval(SWEEP);
    loop {
        hourly.tick().await;
        if let Err(error) = sweep(&db).await {
            log::warn!("photos that nobody shows could not be swept, the next try is in an hour: {error}");
        }
    }
}

/// Forgets the keys of sightings that nobody sends again, every hour, for ever.
pub async fn forget_keys(db: Db) {
    let mut hourly = interval(SWEEP);
    loop {
        hourly.tick().await;
        let before = Timestamp::now() - KEY_STAYS;
        if let Err(error) = db.write(move |tx| idempotency::sweep(tx, before)).await {
            log::warn!("the keys of old requests could not be forgotten, the next try is in an hour: {error}");
        }
    }
}

/// Little at a time, so that other writes come in between.
async fn sweep(db: &Db) -> Result<(), StoreError> {
    let before = Timestamp::now() - STAYS;
    for _ in 0..MOST_WRITES {
        if db.write(move |tx| photos::sweep(tx, before)).await? == 0 {
            break;
        }
    }
    Ok(())
}
