//! Accounts in the database, and the invites to have one.

use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{Row, params};

use crate::domain::accounts::{Account, Role};
use crate::domain::page::{Keyset, Rows};
use crate::domain::time;

use super::error::Result;
use super::session::{Session, Tx};

pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Account> {
    let role: String = row.get(2)?;
    let unknown = || rusqlite::Error::FromSqlConversionFailure(2, Type::Text, format!("{role} is no role").into());
    let role = Role::of_account(&role).ok_or_else(unknown)?;
    Ok(Account { id: row.get(0)?, username: row.get(1)?, role, created_at: row.get(3)?, disabled_at: row.get(4)? })
}

const INSERT: &str = "INSERT INTO accounts (username, role, password_hash, createdAt) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING \
                      RETURNING id, username, role, createdAt, disabledAt";

/// Adds an account; none where the name is taken.
pub fn insert(tx: &Tx<'_>, username: &str, role: Role, password_hash: &str, now: Timestamp) -> Result<Option<Account>> {
    tx.one(INSERT, params![username, role.as_str(), password_hash, time::format(now)], read)
}

const BY_NAME: &str = "SELECT id, username, role, createdAt, disabledAt, password_hash FROM accounts WHERE username = ?1";

/// The account of this name, whatever its case, with the hash of its password.
pub fn by_name(session: &Session<'_>, username: &str) -> Result<Option<(Account, String)>> {
    session.one(BY_NAME, [username], |row| Ok((read(row)?, row.get(5)?)))
}

const BY_ID: &str = "SELECT id, username, role, createdAt, disabledAt FROM accounts WHERE id = ?1";

pub fn by_id(session: &Session<'_>, id: i64) -> Result<Option<Account>> {
    session.one(BY_ID, [id], read)
}

const NEWEST: &str = "SELECT id, username, role, createdAt, disabledAt FROM accounts WHERE id < ?1 ORDER BY id DESC LIMIT ?2";

/// One page of accounts, newest first.
pub fn list(session: &Session<'_>, keyset: Keyset) -> Result<Rows<Account>> {
    Ok(Rows::of(session.all(NEWEST, [keyset.before, keyset.limit + 1], read)?, keyset.limit, |account| account.id))
}

const ANY: &str = "SELECT EXISTS (SELECT 1 FROM accounts WHERE id > 0)";

/// Whether there is an account at all.
pub fn exist(session: &Session<'_>) -> Result<bool> {
    session.the(ANY, [], |row| row.get(0))
}

const ALL: &str = "SELECT id, username, role, createdAt, disabledAt FROM accounts WHERE id > ?1 ORDER BY id LIMIT 1000";

/// The first thousand accounts after this id, oldest first.
pub fn after(session: &Session<'_>, id: i64) -> Result<Vec<Account>> {
    session.all(ALL, [id], read)
}

const SET_ROLE: &str = "UPDATE accounts SET role = ?2 WHERE id = ?1";

pub fn set_role(tx: &Tx<'_>, id: i64, role: Role) -> Result<()> {
    tx.execute(SET_ROLE, params![id, role.as_str()])?;
    Ok(())
}

const SET_PASSWORD: &str = "UPDATE accounts SET password_hash = ?2 WHERE id = ?1";

pub fn set_password(tx: &Tx<'_>, id: i64, password_hash: &str) -> Result<()> {
    tx.execute(SET_PASSWORD, params![id, password_hash])?;
    Ok(())
}

const SET_DISABLED: &str = "UPDATE accounts SET disabledAt = ?2 WHERE id = ?1";

/// Closes an account from now on, or opens it again.
pub fn set_disabled(tx: &Tx<'_>, id: i64, since: Option<Timestamp>) -> Result<()> {
    tx.execute(SET_DISABLED, params![id, since.map(time::format)])?;
    Ok(())
}
