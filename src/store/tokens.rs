//! API tokens in the database. Only their hashes are kept.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Row, params};

use crate::domain::accounts::Account;
use crate::domain::time;
use crate::domain::tokens::{ApiToken, NewToken, Scope};

use super::accounts;
use super::error::Result;
use super::session::{Session, Tx};

fn read(row: &Row<'_>) -> rusqlite::Result<ApiToken> {
    let scopes: String = row.get(2)?;
    let scopes = Scope::parse(&scopes);
    Ok(ApiToken { id: row.get(0)?, name: row.get(1)?, scopes, created_at: row.get(3)?, expires_at: row.get(4)? })
}

const SWEEP: &str = "DELETE FROM api_tokens WHERE account_id = ?1 AND expiresAt <= ?2";
const INSERT: &str = "INSERT INTO api_tokens (account_id, name, scopes, hash, createdAt, expiresAt) VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
                      RETURNING id, name, scopes, createdAt, expiresAt";

/// Keeps a token of this account. Those whose time is over are swept away.
pub fn insert(tx: &Tx<'_>, account_id: i64, new: &NewToken, hash: &str, now: Timestamp) -> Result<ApiToken> {
    tx.execute(SWEEP, params![account_id, time::format(now)])?;
    let expires = now.saturating_add(SignedDuration::from_hours(24 * new.expires_in_days)).unwrap_or(now);
    let scopes = new.scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ");
    tx.the(INSERT, params![account_id, new.name, scopes, hash, time::format(now), time::format(expires)], read)
}

const OF_ACCOUNT: &str = "SELECT id, name, scopes, createdAt, expiresAt FROM api_tokens WHERE account_id = ?1 AND expiresAt > ?2 \
                          ORDER BY id DESC LIMIT 100";

/// The newest hundred tokens of an account that are worth something.
pub fn of_account(session: &Session<'_>, account_id: i64, now: Timestamp) -> Result<Vec<ApiToken>> {
    session.all(OF_ACCOUNT, params![account_id, time::format(now)], read)
}

const ACCOUNT_OF: &str = "SELECT a.id, a.username, a.role, a.createdAt, a.disabledAt, t.scopes \
     FROM api_tokens AS t JOIN accounts AS a ON a.id = t.account_id WHERE t.hash = ?1 AND t.expiresAt > ?2 AND a.disabledAt IS NULL";

/// In whose name a token speaks, and what it is good for.
pub fn account_of(session: &Session<'_>, hash: &str, now: Timestamp) -> Result<Option<(Account, Vec<Scope>)>> {
    session.one(ACCOUNT_OF, [hash, &time::format(now)], |row| {
        let scopes: String = row.get(5)?;
        Ok((accounts::read(row)?, Scope::parse(&scopes)))
    })
}

const DELETE: &str = "DELETE FROM api_tokens WHERE id = ?1 AND account_id = ?2";

/// Takes a token of this account away. False where it has none such.
pub fn delete(tx: &Tx<'_>, id: i64, account_id: i64) -> Result<bool> {
    Ok(tx.execute(DELETE, [id, account_id])? > 0)
}

const DELETE_ALL: &str = "DELETE FROM api_tokens WHERE account_id = ?1";

/// Takes every token of an account away.
pub fn delete_all(tx: &Tx<'_>, account_id: i64) -> Result<()> {
    tx.execute(DELETE_ALL, [account_id])?;
    Ok(())
}
