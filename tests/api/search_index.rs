//! The indexes stay what they would be if they were made anew, and answer whatever people type.

use catatlas::domain::geo::Point;
use catatlas::store::search_index::{self, Change, Document, fts_query};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rusqlite::types::Value;

use crate::oracle::Sighting;
use crate::sightings::{Sightings, hard_ones};

const KEYWORDS: &str = "SELECT word, field, chunk, entries FROM keyword_postings
    UNION ALL SELECT word, field, chunk, entries FROM newest_postings ORDER BY 1, 2, 3";
const SIZES: &str = "SELECT block, sizes FROM keyword_sizes WHERE sizes <> zeroblob(3840) ORDER BY block";
const PLACES: &str = "SELECT * FROM entry_places ORDER BY entry_id";
const CELLS: &str = "SELECT * FROM map_cells ORDER BY 1, 2, 3";
const WORDS: &str = "SELECT term, doc, col, offset FROM words ORDER BY 1, 2, 3, 4";

impl Sightings {
    /// All that the indexes hold.
    fn indexes(&self) -> Vec<Vec<Vec<Value>>> {
        let rows = |sql: &&str| -> Vec<Vec<Value>> {
            let mut statement = self.connection.prepare(sql).unwrap();
            let columns = statement.column_count();
            let rows = statement.query_map([], |row| (0..columns).map(|column| row.get(column)).collect()).unwrap();
            rows.map(Result::unwrap).collect()
        };
        [KEYWORDS, SIZES, PLACES, CELLS, WORDS].iter().map(rows).collect()
    }

    fn found(&self, typed: &str) -> Vec<i64> {
        let Some(query) = fts_query(typed) else { return Vec::new() };
        let sql = "SELECT rowid FROM entry_words WHERE entry_words MATCH ?1 ORDER BY rowid";
        let mut statement = self.connection.prepare_cached(sql).unwrap();
        let rows = statement.query_map([&query], |row| row.get(0)).unwrap_or_else(|error| panic!("{typed:?} is {query:?}: {error}"));
        rows.map(|id| id.unwrap_or_else(|error| panic!("{typed:?} is {query:?}: {error}"))).collect()
    }
}

fn document(sighting: &Sighting) -> Document {
    let point = Point::of(sighting.lat, sighting.lon);
    Document { text: sighting.text.clone(), nickname: sighting.nickname.clone(), location: sighting.location.clone(), point, seen_us: None }
}

/// Sightings come, change and go, a batch at a time: of each one what it is from then on, if it is still there.
fn batches() -> impl Strategy<Value = Vec<Vec<(i64, Option<Sighting>)>>> {
    let id = prop_oneof![1..30_i64, 7660..7700_i64, 20_000..20_010_i64, Just(-1)];
    let change = (id, proptest::option::weighted(0.7, hard_ones(1).prop_map(|mut ones| ones.remove(0))));
    vec(vec(change, 1..12), 1..6)
}

#[test]
fn indexes_kept_up_to_date_are_those_made_anew() {
    let stored = Sightings::none();
    stored.connection.execute_batch("CREATE VIRTUAL TABLE temp.words USING fts5vocab (main, entry_words, instance)").unwrap();
    let run = TestRunner::new(Config::with_cases(150)).run(&batches(), |batches| {
        stored.replace(&[]);
        let mut known: std::collections::BTreeMap<i64, Sighting> = std::collections::BTreeMap::new();
        for batch in batches {
            let mut changes = Vec::new();
            for (id, new) in batch {
                let new = new.map(|new| Sighting { id, ..new });
                let old = match &new {
                    Some(new) => known.insert(id, new.clone()),
                    None => known.remove(&id),
                };
                if old.is_some() || new.is_some() {
                    changes.push(Change { id, old: old.as_ref().map(document), new: new.as_ref().map(document) });
                }
            }
            search_index::apply(&stored.connection, changes).unwrap();
        }
        let kept = stored.indexes();
        stored.replace(&known.into_values().collect::<Vec<_>>());
        assert_eq!(kept, stored.indexes());
        Ok(())
    });
    run.unwrap();
}

#[test]
fn words_are_found_in_text_nickname_and_location_whatever_their_case() {
    let sighting = |id, text: &str, nickname: Option<&str>, location: Option<&str>| Sighting {
        id,
        text: text.to_owned(),
        nickname: nickname.map(str::to_owned),
        location: location.map(str::to_owned),
        ..Sighting::default()
    };
    let stored = Sightings::of(&[
        sighting(1, "An orange tabby, it's shy", None, None),
        sighting(2, "black", Some("Käthe"), Some("Orange Street 5")),
        sighting(3, "三毛猫 near the shrine", Some("Tabby"), None),
    ]);
    for (typed, expected) in [
        ("orange", &[1, 2][..]),
        ("ORANGE tabby", &[1]),
        ("tabby", &[1, 3]),
        ("kathe", &[2]),
        ("Käthe 5", &[2]),
        ("it's", &[1]),
        ("三毛猫", &[3]),
        ("oran", &[]),
        ("orange AND tabby", &[]),
        ("text:orange", &[]),
        ("-orange", &[1, 2]),
        ("\"orange", &[1, 2]),
        ("orange 🐈 !", &[1, 2]),
        ("", &[]),
        ("🐈", &[]),
    ] {
        assert_eq!(stored.found(typed), expected, "{typed}");
    }
}

#[test]
fn a_search_looks_at_a_bounded_number_of_words() {
    let query = fts_query(&"cat ".repeat(100_000)).unwrap();
    assert_eq!(query.matches("\"cat\"").count(), 32);
    assert_eq!(fts_query(&"-".repeat(100_000)), None);
    assert!(fts_query(&"a-".repeat(100_000)).unwrap().len() < 2000);
}

#[test]
fn whatever_is_typed_is_a_search_that_works() {
    let stored = Sightings::of(&[Sighting { id: 1, text: "cat AND NOT NEAR OR col".to_owned(), ..Sighting::default() }]);
    let typed = prop_oneof![any::<String>(), "[a-z\"'*^:(){}+ \\-\0,ANDORTE🐈]{0,40}"];
    let run = TestRunner::new(Config::with_cases(2000)).run(&typed, |typed| {
        stored.found(&typed);
        Ok(())
    });
    run.unwrap();
}
