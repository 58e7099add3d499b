//! What systemd is told where it started the atlas: that it answers, that it lives, that it ends.

use rocket::tokio::time::{sleep, timeout};
use sd_notify::NotifyState::{self, Ready, Status, Stopping, Watchdog};

use crate::store::{Db, StoreError};

const SERVING: NotifyState = Status("serving");
const STUCK: NotifyState = Status("nothing can be written to the database");

/// Requests are answered from now on.
pub fn is_ready() {
    tell(&[Ready, SERVING]);
}

/// Requests under way are finished, and no others answered.
pub fn ends() {
    tell(&[Stopping, Status("finishing what is under way")]);
}

/// Gives a sign of life as often as systemd wants one, as long as something can be written. A program whose writer hangs answers
/// reads, and loses what people send: it is restarted.
pub async fn keep_informed(db: Db) {
    let Some(limit) = sd_notify::watchdog_enabled() else { return };
    // Trying and pausing together leave a third of the time for a loaded machine.
    let interval = limit / 3;
    let mut was_stuck = false;
    loop {
        let is_written = matches!(timeout(interval, db.write(|_| Ok::<_, StoreError>(()))).await, Ok(Ok(())));
        match (is_written, was_stuck) {
            (true, false) => tell(&[Watchdog]),
            (true, true) => tell(&[Watchdog, SERVING]),
            (false, _) => tell(&[STUCK]),
        }
        was_stuck = !is_written;
        sleep(interval).await;
    }
}

/// Without systemd this does nothing.
fn tell(state: &[NotifyState]) {
    if let Err(error) = sd_notify::notify(state) {
        log::warn!("systemd could not be told {state:?}: {error}");
    }
}
