//! What happens by itself, however little is asked of the server.

use std::future::{Future, pending};
use std::io;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::spawn_blocking;
use tokio::time::{interval, sleep};

use crate::backups::{self, Place};
use crate::domain::backups::made_at;
use crate::store::{Db, StoreError, photos};

/// How long after a backup that failed the next one is tried.
const RETRY: Duration = Duration::from_secs(10 * 60);
/// How often photos are swept; the first time at once.
const SWEEP: Duration = Duration::from_secs(60 * 60);
/// How long a photo stays that no sighting shows: somebody may still be writing the sighting.
const STAYS: SignedDuration = SignedDuration::from_hours(24);
/// The most writes of one sweep. What is left then is swept the next time.
const MOST_WRITES: usize = 100;

/// Makes a backup as often as is wanted, the first once the last one is so old, and whenever SIGUSR1 asks for one; for ever.
///
/// # Errors
/// The signal cannot be listened to.
pub fn back_up(place: Place, every: Option<Duration>) -> io::Result<impl Future<Output = ()>> {
    let mut asked = signal(SignalKind::user_defined1())?;
    Ok(async move {
        loop {
            let due = async {
                match every {
                    Some(every) => sleep(until_due(&place, every)).await,
                    None => pending().await,
                }
            };
            tokio::select! {
                () = due => {}
                _ = asked.recv() => {}
            }
            let (place, now) = (place.clone(), Timestamp::now());
            let made = spawn_blocking(move || place.make(now)).await;
            match made.map_err(|panic| panic.to_string()).and_then(|made| made.map_err(|trouble| trouble.to_string())) {
                Ok(made) => log::info!("backed up to {}, {} bytes, proven whole", made.file.display(), made.bytes),
                Err(why) => {
                    log::error!("no backup was made, the next try is in {} minutes: {why}", RETRY.as_secs() / 60);
                    sleep(RETRY).await;
                }
            }
        }
    })
}

/// How long the newest backup is young enough.
fn until_due(place: &Place, every: Duration) -> Duration {
    let newest = backups::list(&place.folder).unwrap_or_default().first().and_then(|newest| made_at(&newest.name));
    newest.map_or(Duration::ZERO, |made_at| {
        let age = Timestamp::now().duration_since(made_at);
        every.saturating_sub(age.try_into().unwrap_or_default()).min(every)
    })
}

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
