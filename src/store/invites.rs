//! Invites to have an account, and the one to set up an atlas that has none. Only their hashes are kept.

use jiff::Timestamp;
use rusqlite::{Row, params};

use crate::domain::accounts::Role;
use crate::domain::time;

use super::error::Result;
use super::session::{Session, Tx};

const INSERT: &str = "INSERT INTO invites (hash, role, is_set_up, createdAt, expiresAt) VALUES (?1, ?2, ?3, ?4, ?5) RETURNING id";

/// Keeps an invite to have an account of this role.
pub fn insert(tx: &Tx<'_>, hash: &str, role: Role, now: Timestamp, expires: Timestamp) -> Result<i64> {
    let values = params![hash, role.as_str(), false, time::format(now), time::format(expires)];
    tx.the(INSERT, values, |row| row.get(0))
}

const FORGET_SET_UP: &str = "DELETE FROM invites WHERE is_set_up = 1";

/// Keeps the invite to set the atlas up, in the place of the one before.
pub fn insert_set_up(tx: &Tx<'_>, hash: &str, now: Timestamp) -> Result<()> {
    tx.execute(FORGET_SET_UP, [])?;
    tx.the(INSERT, params![hash, Role::Admin.as_str(), true, time::format(now), "9999"], |_| Ok(()))
}

/// An invite that stands: nobody has used it, its time is not over, and if it is to set the atlas up, that has no account yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Invite {
    pub id: i64,
    pub role: Role,
}

macro_rules! stands {
    () => {
        "hash = ?1 AND is_set_up = ?2 AND usedAt IS NULL AND expiresAt > ?3 AND NOT (is_set_up AND EXISTS (SELECT 1 FROM accounts WHERE id > 0))"
    };
}

const FIND: &str = concat!("SELECT id, role FROM invites WHERE ", stands!());

/// The invite with this hash, if it stands.
pub fn find(session: &Session<'_>, hash: &str, is_set_up: bool, now: Timestamp) -> Result<Option<Invite>> {
    session.one(FIND, params![hash, is_set_up, time::format(now)], read)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Invite> {
    let role: String = row.get(1)?;
    Ok(Invite { id: row.get(0)?, role: Role::of_account(&role).unwrap_or(Role::Member) })
}

const USE: &str = "UPDATE invites SET usedAt = ?2, used_by = ?3 WHERE id = ?1";

/// Marks an invite, found in this transaction, as used for this account.
pub fn spend(tx: &Tx<'_>, invite: Invite, account_id: i64, now: Timestamp) -> Result<()> {
    tx.execute(USE, params![invite.id, time::format(now), account_id])?;
    Ok(())
}
