//! All sightings of one cat, for what they add up to.

use crate::domain::cats::Cat;
use crate::domain::page::Page;
use crate::domain::profiles::{CatProfile, EnhancedProfile, EnhancedTally, ProfileTally, SightingPage};

use super::error::Result;
use super::session::Session;
use super::{cats, entries, insights};

const NEWEST_FIRST: &str = "SELECT text, location FROM entries WHERE cat_id = ?1 ORDER BY id DESC";

/// The older profile; none where there is no such cat.
pub fn profile(session: &Session<'_>, cat_id: i64) -> Result<Option<CatProfile>> {
    let Some(cat) = cats::by_id(session, cat_id)? else { return Ok(None) };
    let mut tally = ProfileTally::default();
    session.each(NEWEST_FIRST, [cat_id], |row| {
        tally.add(row.get_ref(0)?.as_str()?, row.get(1)?);
        Ok(())
    })?;
    Ok(Some(tally.profile(cat)))
}

const LATEST_FIRST: &str = concat!("SELECT ", entries::columns!(), " FROM entries WHERE cat_id = ?1 ORDER BY createdAt DESC, id");

/// The newer profile; none where there is no such cat.
pub fn enhanced(session: &Session<'_>, cat_id: i64) -> Result<Option<EnhancedProfile>> {
    let Some(cat) = cats::by_id(session, cat_id)? else { return Ok(None) };
    let mut tally = EnhancedTally::default();
    session.each(LATEST_FIRST, [cat_id], |row| {
        tally.add(entries::read(row)?);
        Ok(())
    })?;
    let status = insights::status(session, cat_id)?;
    Ok(Some(tally.profile(cat, status)))
}

const PAGE: &str =
    concat!("SELECT ", entries::columns!(), " FROM entries WHERE cat_id = ?1 ORDER BY createdAt DESC, id LIMIT ?2 OFFSET ?3");
const COUNT: &str = "SELECT count(*) FROM entries WHERE cat_id = ?1";

/// A page of a cat's sightings: `createdAt` as stored text, descending, ties by ascending id. None where there is no such cat.
pub fn sightings(session: &Session<'_>, cat_id: i64, page: Page) -> Result<Option<SightingPage>> {
    let Some(Cat { id, .. }) = cats::by_id(session, cat_id)? else { return Ok(None) };
    let total = session.the(COUNT, [id], |row| row.get(0))?;
    let found = session.all(PAGE, [id, page.limit, page.offset()], entries::read)?;
    Ok(Some(SightingPage { sightings: found.into_iter().map(Into::into).collect(), place: page.place(total) }))
}
