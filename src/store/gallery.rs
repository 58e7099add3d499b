//! The gallery of cats: a page of them, each with its latest sighting.

use crate::domain::cats::Cat;
use crate::domain::gallery::{CatPlate, Latest};
use crate::domain::page::{Keyset, Rows};
use crate::domain::text;

use super::cats;
use super::error::Result;
use super::session::Session;

const LATEST: &str = "SELECT nickname, text, location, createdAt FROM entries WHERE cat_id = ?1 ORDER BY createdAt DESC, id LIMIT 1";
const COUNT: &str = "SELECT count(*) FROM entries WHERE cat_id = ?1";
const PHOTO: &str = "SELECT photo_url FROM (SELECT photo_url FROM entries WHERE cat_id = ?1 ORDER BY createdAt DESC, id LIMIT 50)
    WHERE photo_url <> '' LIMIT 1";

/// One page of cats, newest first.
pub fn list(session: &Session<'_>, keyset: Keyset) -> Result<Rows<CatPlate>> {
    let Rows { rows, next } = cats::list(session, keyset)?;
    Ok(Rows { rows: rows.into_iter().map(|cat| plate(session, cat)).collect::<Result<_>>()?, next })
}

fn plate(session: &Session<'_>, cat: Cat) -> Result<CatPlate> {
    let latest = session.one(LATEST, [cat.id], |row| {
        let text_preview = text::preview(row.get_ref(1)?.as_str()?);
        Ok(Latest { nickname: row.get(0)?, text_preview, location: row.get(2)?, created_at: row.get(3)? })
    })?;
    let sightings_count = session.the(COUNT, [cat.id], |row| row.get(0))?;
    let photo_url = session.one(PHOTO, [cat.id], |row| row.get(0))?;
    Ok(CatPlate { cat, sightings_count, latest, photo_url })
}
