//! What was logged under which key, so that the same request sent again logs nothing.

use jiff::Timestamp;
use rusqlite::params;

use crate::domain::entries::Entry;
use crate::domain::idempotency::Key;

use super::entries;
use super::error::Result;
use super::session::{Session, Tx};

/// What came of an earlier request under a key.
#[derive(Debug)]
pub enum Earlier {
    /// This sighting; none where it is gone again.
    Logged(Option<Box<Entry>>),
    /// Something else was asked under it.
    Another,
}

const EARLIER: &str = "SELECT asked, entry_id FROM idempotency_keys WHERE account_id = ?1 AND key = ?2";

/// None where the key is new.
pub fn earlier(session: &Session<'_>, key: &Key) -> Result<Option<Earlier>> {
    let found = session.one(EARLIER, params![key.account_id(), key.name()], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?;
    Ok(match found {
        None => None,
        Some((asked, _)) if asked != key.asked() => Some(Earlier::Another),
        Some((_, entry_id)) => Some(Earlier::Logged(entries::by_id(session, entry_id)?.map(Box::new))),
    })
}

const KEEP: &str = "INSERT INTO idempotency_keys (account_id, key, asked, entry_id, created_us) VALUES (?1, ?2, ?3, ?4, ?5)";

/// Keeps a new key with the sighting that was logged under it, in the transaction that logs it.
pub fn keep(tx: &Tx<'_>, key: &Key, entry_id: i64, now: Timestamp) -> Result<()> {
    tx.execute(KEEP, params![key.account_id(), key.name(), key.asked(), entry_id, now.as_microsecond()])?;
    Ok(())
}

const SWEEP: &str = "DELETE FROM idempotency_keys WHERE (account_id, key) IN
    (SELECT account_id, key FROM idempotency_keys WHERE created_us < ?1 ORDER BY created_us LIMIT 1000)";

/// Forgets up to 1000 keys from before this moment, the oldest first. Returns how many they were.
pub fn sweep(tx: &Tx<'_>, before: Timestamp) -> Result<usize> {
    tx.execute(SWEEP, [before.as_microsecond()])
}
