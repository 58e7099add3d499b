//! Clusters of sightings for the map, from the cells of the grid: what an answer costs depends on the cells in its box alone.

use std::collections::BTreeMap;

use rusqlite::{Row, params};

use crate::domain::clusters::{Cluster, ClustersAnswer, ClustersQuery, MonthCount, MonthsAnswer, Pin, gather};
use crate::domain::grid::{COARSEST, Cell, Tally};
use crate::domain::text;
use crate::domain::time::Month;

use super::Session;
use super::error::Result;

const COLUMN: &str = "SELECT y, total, lat_e7, lon_e7, ids FROM map_cells WHERE level = ?1 AND x = ?2 AND y BETWEEN ?3 AND ?4";
const COLUMN_IN_MONTHS: &str = "SELECT y, total, lat_e7, lon_e7, ids FROM map_months
    WHERE level = ?1 AND x = ?2 AND y BETWEEN ?3 AND ?4 AND month BETWEEN ?5 AND ?6";

/// The clusters of a box, the fullest first.
pub fn clusters(session: &Session, query: &ClustersQuery) -> Result<ClustersAnswer> {
    let clusters = gather(&cells(session, query)?)
        .into_iter()
        .map(|gathering| {
            let (middle, b) = (gathering.tally.middle(), gathering.bounds);
            let entry = gathering.tally.alone().map_or(Ok(None), |id| pin(session, id))?;
            let bbox = format!("{},{},{},{}", b.west, b.south, b.east, b.north);
            Ok(Cluster { count: gathering.tally.total, lat: middle.lat, lon: middle.lon, bbox, entry })
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(ClustersAnswer { total_count: clusters.iter().map(|cluster| cluster.count).sum(), clusters })
}

fn cells(session: &Session, query: &ClustersQuery) -> Result<BTreeMap<Cell, Tally>> {
    let (grid, mut cells) = (query.grid(), BTreeMap::<Cell, Tally>::new());
    let kept = grid.kept();
    for block in &kept.blocks {
        for x in block.x.0..=block.x.1 {
            let mut take = |row: &Row<'_>| {
                let cell = Cell { level: kept.level, x, y: row.get(0)? }.at(grid.level);
                let tally = Tally { total: row.get(1)?, lat_e7: row.get(2)?, lon_e7: row.get(3)?, ids: row.get(4)? };
                cells.entry(cell).or_default().add(&tally);
                Ok(())
            };
            match query.months() {
                None => session.each(COLUMN, params![kept.level, x, block.y.0, block.y.1], &mut take)?,
                Some((first, last)) => {
                    let within = params![kept.level, x, block.y.0, block.y.1, first.0, last.0];
                    session.each(COLUMN_IN_MONTHS, within, &mut take)?;
                }
            }
        }
    }
    Ok(cells)
}

const PIN: &str = "SELECT e.id, e.nickname, e.text, e.location, e.cat_id, c.name, e.photo_url, e.createdAt
    FROM entries AS e LEFT JOIN cats AS c ON c.id = e.cat_id WHERE e.id = ?1";

fn pin(session: &Session, id: i64) -> Result<Option<Pin>> {
    session.one(PIN, [id], |row| {
        Ok(Pin {
            entry_id: row.get(0)?,
            nickname: row.get(1)?,
            text_preview: text::preview(row.get_ref(2)?.as_str()?),
            location: row.get(3)?,
            cat_id: row.get(4)?,
            cat_name: row.get(5)?,
            photo_url: row.get(6)?,
            created_at: row.get(7)?,
        })
    })
}

const MONTHS: &str = "SELECT month, sum(total) FROM map_months WHERE level = ?1 GROUP BY month ORDER BY month";

/// How many sightings with a place there are of each month.
pub fn months(session: &Session) -> Result<MonthsAnswer> {
    let months = session.all(MONTHS, [COARSEST], |row| Ok(MonthCount { month: Month(row.get(0)?), count: row.get(1)? }))?;
    Ok(MonthsAnswer { months })
}
