//! The index of the map: how many sightings there are in each cell of the grid, in all and by month.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};

use crate::domain::geo::Point;
use crate::domain::grid::{Cell, DEEPEST, Tally, kept_levels};
use crate::domain::time::Month;

use super::search_index::Document;

/// The row that is there takes up what comes; `(a | b) - (a & b)` is their exclusive or, which SQL has no sign for.
pub(crate) const COUNT: &str = "INSERT INTO map_cells (level, x, y, total, lat_e7, lon_e7, ids) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
    ON CONFLICT (level, x, y) DO UPDATE SET total = total + excluded.total, lat_e7 = lat_e7 + excluded.lat_e7,
    lon_e7 = lon_e7 + excluded.lon_e7, ids = (ids | excluded.ids) - (ids & excluded.ids)";
pub(crate) const COUNT_MONTH: &str =
    "INSERT INTO map_months (level, x, y, total, lat_e7, lon_e7, ids, month) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
    ON CONFLICT (level, x, y, month) DO UPDATE SET total = total + excluded.total, lat_e7 = lat_e7 + excluded.lat_e7,
    lon_e7 = lon_e7 + excluded.lon_e7, ids = (ids | excluded.ids) - (ids & excluded.ids)";
pub(crate) const DROP_EMPTY: &str = "DELETE FROM map_cells WHERE level = ?1 AND x = ?2 AND y = ?3 AND total = 0";
pub(crate) const DROP_EMPTY_MONTH: &str = "DELETE FROM map_months WHERE level = ?1 AND x = ?2 AND y = ?3 AND month = ?4 AND total = 0";

/// What a batch changes in the cells of the deepest level; those above follow from it.
#[derive(Debug, Default)]
pub(super) struct Changes {
    cells: BTreeMap<(Cell, Option<Month>), Tally>,
}

impl Changes {
    pub fn add(&mut self, id: i64, old: Option<Place>, new: Option<Place>) {
        if old == new {
            return;
        }
        if let Some(place) = old {
            self.of(place).take(&Tally::of(id, place.point));
        }
        if let Some(place) = new {
            self.of(place).add(&Tally::of(id, place.point));
        }
    }

    fn of(&mut self, place: Place) -> &mut Tally {
        self.cells.entry((Cell::of(place.point, DEEPEST), place.month)).or_default()
    }

    pub fn write(self, connection: &Connection) -> rusqlite::Result<()> {
        for level in kept_levels() {
            let (mut cells, mut months) = (BTreeMap::<Cell, Tally>::new(), BTreeMap::<(Cell, Month), Tally>::new());
            for ((cell, month), tally) in &self.cells {
                cells.entry(cell.at(level)).or_default().add(tally);
                if let Some(month) = month {
                    months.entry((cell.at(level), *month)).or_default().add(tally);
                }
            }
            for (cell, tally) in cells.into_iter().filter(|(_, tally)| *tally != Tally::default()) {
                count(connection, cell, tally, None)?;
            }
            for ((cell, month), tally) in months.into_iter().filter(|(_, tally)| *tally != Tally::default()) {
                count(connection, cell, tally, Some(month))?;
            }
        }
        Ok(())
    }
}

fn count(connection: &Connection, Cell { level, x, y }: Cell, tally: Tally, month: Option<Month>) -> rusqlite::Result<()> {
    let Tally { total, lat_e7, lon_e7, ids } = tally;
    match month {
        None => connection.prepare_cached(COUNT)?.execute(params![level, x, y, total, lat_e7, lon_e7, ids])?,
        Some(month) => connection.prepare_cached(COUNT_MONTH)?.execute(params![level, x, y, total, lat_e7, lon_e7, ids, month.0])?,
    };
    if total < 0 {
        match month {
            None => connection.prepare_cached(DROP_EMPTY)?.execute(params![level, x, y])?,
            Some(month) => connection.prepare_cached(DROP_EMPTY_MONTH)?.execute(params![level, x, y, month.0])?,
        };
    }
    Ok(())
}

/// Where and when a sighting counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    point: Point,
    month: Option<Month>,
}

impl Place {
    pub fn of(document: Option<&Document>) -> Option<Self> {
        document.and_then(|document| Self::at(document.point?, document.seen_us))
    }

    fn at(point: Point, seen_us: Option<i64>) -> Option<Self> {
        Some(Self { point: point.on_the_globe()?, month: seen_us.and_then(Month::of_micros) })
    }
}

pub(crate) const NEXT: &str = "SELECT id, location_lat, location_lon, created_us FROM entries WHERE id >= ?1 ORDER BY id LIMIT 10000";

/// Counts the sightings of a database that had no map.
pub(super) fn fill(connection: &Connection) -> rusqlite::Result<()> {
    let mut next = Some(i64::MIN);
    while let Some(first) = next {
        let mut changes = Changes::default();
        next = None;
        let mut statement = connection.prepare_cached(NEXT)?;
        let mut rows = statement.query([first])?;
        while let Some(row) = rows.next()? {
            let (id, point) = (row.get::<_, i64>(0)?, Point::of(row.get(1)?, row.get(2)?));
            let seen_us = row.get(3)?;
            changes.add(id, None, point.and_then(|point| Place::at(point, seen_us)));
            next = id.checked_add(1);
        }
        changes.write(connection)?;
    }
    Ok(())
}
