//! Feature flags in the database: those that somebody has set.

use jiff::Timestamp;
use rusqlite::params;

use crate::domain::flags::{Flag, Share};
use crate::domain::time;

use super::error::Result;
use super::session::{Session, Tx};

const ALL: &str = "SELECT name, percent FROM flags";

/// The flags that are set. Such as another release knows are left out.
pub fn all(session: &Session<'_>) -> Result<Vec<(Flag, Share)>> {
    let rows = session.all(ALL, [], |row| Ok((row.get::<_, String>(0)?, row.get::<_, u8>(1)?)))?;
    Ok(rows.into_iter().filter_map(|(name, percent)| Some((Flag::named(&name)?, Share::of(percent)?))).collect())
}

const SET: &str = "INSERT INTO flags (name, percent, updatedAt) VALUES (?1, ?2, ?3) \
                   ON CONFLICT (name) DO UPDATE SET percent = excluded.percent, updatedAt = excluded.updatedAt";
const UNSET: &str = "DELETE FROM flags WHERE name = ?1";

/// Sets a flag, or leaves it to the environment again.
pub fn set(tx: &Tx<'_>, flag: Flag, share: Option<Share>, now: Timestamp) -> Result<()> {
    match share {
        Some(share) => tx.execute(SET, params![flag.as_str(), share.percent(), time::format(now)])?,
        None => tx.execute(UNSET, [flag.as_str()])?,
    };
    Ok(())
}
