//! The index of places: an R*Tree of the entries that have coordinates.

use rusqlite::{Connection, Row};

use crate::domain::geo::Point;

use super::Session;
use super::error::Result;

pub(crate) const PUT: &str = "INSERT INTO entry_places (entry_id, min_lat, max_lat, min_lon, max_lon) VALUES (?1, ?2, ?2, ?3, ?3)";
pub(crate) const REMOVE: &str = "DELETE FROM entry_places WHERE entry_id = ?1";

/// Moves an entry from where it was to where it is.
pub(super) fn apply(connection: &Connection, id: i64, old: Option<Point>, new: Option<Point>) -> Result<()> {
    if old == new {
        return Ok(());
    }
    if old.is_some() {
        connection.prepare_cached(REMOVE)?.execute([id])?;
    }
    if let Some(point) = new.and_then(Point::on_the_globe) {
        connection.prepare_cached(PUT)?.execute((id, point.lat, point.lon))?;
    }
    Ok(())
}

/// The rows of a query for the entries in a box (`?1` south, `?2` north, `?3` west, `?4` east), for every box around a circle.
/// They may be a little outside of the circle.
pub(super) fn around<T>(
    session: &Session,
    sql: &'static str,
    center: Point,
    radius_m: f64,
    mut read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>> {
    let mut found = Vec::new();
    for bounds in center.around(radius_m) {
        found.extend(session.all(sql, (bounds.south, bounds.north, bounds.west, bounds.east), &mut read)?);
    }
    Ok(found)
}
