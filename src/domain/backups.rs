//! What a backup says of itself, what it is called, and how long it is kept.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The first page of a backup: what is in it, so that it can be proven to be all there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Manifest {
    /// How backups are written; this is the first way.
    pub format: u32,
    #[serde(rename = "madeAt")]
    pub made_at: String,
    /// The release that made it.
    pub release: String,
    /// The schema version of the database.
    pub schema: i32,
    /// The size of the database in bytes, photos included.
    pub size: u64,
    /// The SHA-256 of the database, in hexadecimal.
    pub sha256: String,
    /// How many rows each table has.
    pub rows: BTreeMap<String, i64>,
}

impl Manifest {
    /// The one way of writing backups there is so far.
    pub const FORMAT: u32 = 1;
}

const BEGINNING: &str = "atlas-";
const ENDING: &str = ".tar.zst";
const TIME: &str = "%Y%m%dT%H%M%S.%3fZ";

/// `atlas-20260110T222708.252Z.tar.zst`: by name is by age.
#[must_use]
pub fn file_name(made_at: Timestamp) -> String {
    format!("{BEGINNING}{}{ENDING}", made_at.strftime(TIME))
}

/// When a backup of this name was made; none where the name is no backup's. What is encrypted has `.age` after that.
#[must_use]
pub fn made_at(name: &str) -> Option<Timestamp> {
    let name = name.strip_suffix(".age").unwrap_or(name);
    let time = name.strip_prefix(BEGINNING)?.strip_suffix(ENDING)?;
    let made_at = time.parse::<Timestamp>();
    made_at.map_or(None, |made_at| (file_name(made_at) == name).then_some(made_at))
}

/// Which backups are kept: the newest, and the newest of each day, week and month, each so many of them. Times are those of UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Keep {
    pub last: usize,
    pub daily: usize,
    pub weekly: usize,
    pub monthly: usize,
}

impl FromStr for Keep {
    type Err = &'static str;

    /// `last=3,daily=7,weekly=4,monthly=12`, each of them or some.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const ADVICE: &str = "it should be such as last=3,daily=7,weekly=4,monthly=12, or some of these, with at least one backup kept";
        let mut keep = Self::default();
        for part in text.split(',') {
            let (name, number) = part.split_once('=').ok_or(ADVICE)?;
            let number = number.trim().parse().map_err(|_| ADVICE)?;
            match name.trim() {
                "last" => keep.last = number,
                "daily" => keep.daily = number,
                "weekly" => keep.weekly = number,
                "monthly" => keep.monthly = number,
                _ => return Err(ADVICE),
            }
        }
        if keep == Self::default() { Err(ADVICE) } else { Ok(keep) }
    }
}

impl Keep {
    /// Those of these times, in any order, whose backups are not kept.
    #[must_use]
    pub fn spares(&self, made_at: &[Timestamp]) -> Vec<Timestamp> {
        let mut newest_first = made_at.to_vec();
        newest_first.sort_unstable_by(|a, b| b.cmp(a));
        let mut kept: BTreeSet<Timestamp> = newest_first.iter().take(self.last).copied().collect();
        kept.extend(newest_of_each(&newest_first, self.daily, |date| date));
        kept.extend(newest_of_each(&newest_first, self.weekly, |date| (date.iso_week_date().year(), date.iso_week_date().week())));
        kept.extend(newest_of_each(&newest_first, self.monthly, |date| (date.year(), date.month())));
        newest_first.into_iter().filter(|time| !kept.contains(time)).collect()
    }
}

fn newest_of_each<P: PartialEq>(newest_first: &[Timestamp], count: usize, period: impl Fn(Date) -> P) -> Vec<Timestamp> {
    let mut dated: Vec<_> = newest_first.iter().map(|time| (period(TimeZone::UTC.to_datetime(*time).date()), *time)).collect();
    dated.dedup_by(|later, earlier| later.0 == earlier.0);
    dated.into_iter().take(count).map(|(_, time)| time).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(texts: &[&str]) -> Vec<Timestamp> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn a_name_tells_when_a_backup_was_made() {
        let time: Timestamp = "2026-01-10T22:27:08.252Z".parse().unwrap();
        assert_eq!(file_name(time), "atlas-20260110T222708.252Z.tar.zst");
        assert_eq!(made_at("atlas-20260110T222708.252Z.tar.zst"), Some(time));
        assert_eq!(made_at("atlas-20260110T222708.252Z.tar.zst.age"), Some(time));
        for name in ["atlas.db", "atlas-.tar.zst", "atlas-20260110T222708Z.tar.zst", "atlas-20260110T222708.252Z.tar.zst.part"] {
            assert_eq!(made_at(name), None, "{name}");
        }
    }

    #[test]
    fn the_newest_of_each_day_week_and_month_is_kept() {
        let made = times(&[
            "2026-01-31T10:00:00Z",
            "2026-02-01T08:00:00Z",
            "2026-02-01T20:00:00Z",
            "2026-02-08T08:00:00Z",
            "2026-02-09T08:00:00Z",
            "2026-02-09T09:00:00Z",
        ]);
        let spares = |keep: &str| {
            let mut spares = keep.parse::<Keep>().unwrap().spares(&made);
            spares.sort();
            spares
        };
        assert_eq!(spares("last=5"), made[..1]);
        assert_eq!(spares("last=50"), []);
        assert_eq!(spares("daily=2"), [&made[..3], &made[4..5]].concat());
        assert_eq!(spares("weekly=3"), [&made[..2], &made[4..5]].concat(), "weeks begin on Mondays");
        assert_eq!(spares("monthly=2"), made[1..5]);
        assert_eq!(spares("last=1, monthly=2"), made[1..5]);
    }

    #[test]
    fn a_policy_that_keeps_nothing_is_none() {
        for text in ["", "last", "last=0", "daily=x", "yearly=1", "last=-1"] {
            assert!(text.parse::<Keep>().is_err(), "{text}");
        }
    }
}
