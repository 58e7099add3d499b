//! Where accounts are signed in, and the refresh tokens that keep them so. Only hashes of tokens are kept.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Row, params};

use crate::domain::accounts::Account;
use crate::domain::sessions::{REFRESH_SECONDS, Session as SignIn};
use crate::domain::time;

use super::accounts;
use super::error::Result;
use super::session::{Session, Tx};

const SWEEP: &str = "DELETE FROM sessions WHERE expiresAt <= ?1";
const INSERT: &str = "INSERT INTO sessions (account_id, client, createdAt, usedAt, expiresAt) VALUES (?1, ?2, ?3, ?3, ?4) RETURNING id";
const KEEP_TOKEN: &str = "INSERT INTO refresh_tokens (hash, session_id) VALUES (?1, ?2)";

/// Signs an account in, with its first refresh token. Sessions whose time is over are swept away.
pub fn begin(tx: &Tx<'_>, account_id: i64, client: Option<&str>, token_hash: &str, now: Timestamp) -> Result<i64> {
    tx.execute(SWEEP, [time::format(now)])?;
    let id = tx.the(INSERT, params![account_id, client, time::format(now), time::format(expiry(now))], |row| row.get(0))?;
    tx.execute(KEEP_TOKEN, params![token_hash, id])?;
    Ok(id)
}

fn expiry(now: Timestamp) -> Timestamp {
    now.saturating_add(SignedDuration::from_secs(REFRESH_SECONDS)).unwrap_or(now)
}

const ACCOUNT_OF: &str = "SELECT a.id, a.username, a.role, a.createdAt, a.disabledAt FROM sessions AS s JOIN accounts AS a ON a.id = s.account_id \
     WHERE s.id = ?1 AND s.account_id = ?2 AND s.revokedAt IS NULL AND s.expiresAt > ?3 AND a.disabledAt IS NULL";

/// The account that is signed in by this session, as it is now; none where either has ended.
pub fn account_of(session: &Session<'_>, id: i64, account_id: i64, now: Timestamp) -> Result<Option<Account>> {
    session.one(ACCOUNT_OF, params![id, account_id, time::format(now)], accounts::read)
}

/// What became of a refresh token that somebody showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refreshed {
    /// It has been exchanged for the new one.
    Renewed { session_id: i64, account: Account },
    /// It had been exchanged before, so that two hold tokens of one session. It is over for both.
    Reused { session_id: i64, account: Account },
    /// We do not know it, or its session has ended.
    Unknown,
}

const BY_TOKEN: &str = "SELECT a.id, a.username, a.role, a.createdAt, a.disabledAt, s.id, t.usedAt IS NOT NULL \
     FROM refresh_tokens AS t JOIN sessions AS s ON s.id = t.session_id JOIN accounts AS a ON a.id = s.account_id \
     WHERE t.hash = ?1 AND s.revokedAt IS NULL AND s.expiresAt > ?2 AND a.disabledAt IS NULL";
const USE_TOKEN: &str = "UPDATE refresh_tokens SET usedAt = ?2 WHERE hash = ?1";
const RENEW: &str = "UPDATE sessions SET usedAt = ?2, expiresAt = ?3 WHERE id = ?1";

/// Exchanges a refresh token for a new one.
pub fn refresh(tx: &Tx<'_>, shown: &str, new: &str, now: Timestamp) -> Result<Refreshed> {
    let read = |row: &Row<'_>| Ok((accounts::read(row)?, row.get(5)?, row.get(6)?));
    let Some((account, session_id, was_used)) = tx.one(BY_TOKEN, [shown, &time::format(now)], read)? else {
        return Ok(Refreshed::Unknown);
    };
    if was_used {
        revoke(tx, session_id, account.id, now)?;
        return Ok(Refreshed::Reused { session_id, account });
    }
    tx.execute(USE_TOKEN, [shown, &time::format(now)])?;
    tx.execute(KEEP_TOKEN, params![new, session_id])?;
    tx.execute(RENEW, params![session_id, time::format(now), time::format(expiry(now))])?;
    Ok(Refreshed::Renewed { session_id, account })
}

const OF_TOKEN: &str = "SELECT s.id, s.account_id FROM refresh_tokens AS t JOIN sessions AS s ON s.id = t.session_id WHERE t.hash = ?1";

/// The session that a refresh token belongs to, and its account.
pub fn of_token(session: &Session<'_>, hash: &str) -> Result<Option<(i64, i64)>> {
    session.one(OF_TOKEN, [hash], |row| Ok((row.get(0)?, row.get(1)?)))
}

const OF_ACCOUNT: &str = "SELECT id, client, createdAt, usedAt, expiresAt FROM sessions \
     WHERE account_id = ?1 AND revokedAt IS NULL AND expiresAt > ?2 ORDER BY id DESC LIMIT 100";

/// The newest hundred sessions of an account, `current` marked.
pub fn of_account(session: &Session<'_>, account_id: i64, current: i64, now: Timestamp) -> Result<Vec<SignIn>> {
    session.all(OF_ACCOUNT, params![account_id, time::format(now)], |row| {
        let id = row.get(0)?;
        Ok(SignIn {
            id,
            client: row.get(1)?,
            created_at: row.get(2)?,
            used_at: row.get(3)?,
            expires_at: row.get(4)?,
            is_current: id == current,
        })
    })
}

const REVOKE: &str = "UPDATE sessions SET revokedAt = ?3 WHERE id = ?1 AND account_id = ?2 AND revokedAt IS NULL AND expiresAt > ?3";

/// Ends a session of this account: from now on none of its tokens is worth anything. False where it has none such.
pub fn revoke(tx: &Tx<'_>, id: i64, account_id: i64, now: Timestamp) -> Result<bool> {
    Ok(tx.execute(REVOKE, params![id, account_id, time::format(now)])? > 0)
}

const REVOKE_ALL: &str = "UPDATE sessions SET revokedAt = ?2 WHERE account_id = ?1 AND revokedAt IS NULL";

/// Ends every session of an account.
pub fn revoke_all(tx: &Tx<'_>, account_id: i64, now: Timestamp) -> Result<()> {
    tx.execute(REVOKE_ALL, params![account_id, time::format(now)])?;
    Ok(())
}
