//! What the instance keeps about itself, by name.

use super::error::Result;
use super::session::{Session, Tx};

/// The secret that signs access tokens, where none is configured.
pub const JWT_SECRET: &str = "jwt_secret";

const VALUE: &str = "SELECT value FROM settings WHERE name = ?1";

pub fn value(session: &Session<'_>, name: &str) -> Result<Option<String>> {
    session.one(VALUE, [name], |row| row.get(0))
}

const KEEP: &str = "INSERT INTO settings (name, value) VALUES (?1, ?2) ON CONFLICT DO NOTHING";

/// Keeps a value unless there is one, and answers the one there is.
pub fn keep_first(tx: &Tx<'_>, name: &str, new: &str) -> Result<String> {
    tx.execute(KEEP, [name, new])?;
    tx.the(VALUE, [name], |row| row.get(0))
}
