//! Places kept with sightings, and found again for a location like theirs.

use catatlas::domain::entries::EntryDraft;
use catatlas::domain::geo::Point;
use catatlas::domain::geocoding::{KnownPlace, Place, most_alike};
use catatlas::store::{Db, entries, file, geocoding};
use jiff::Timestamp;
use tempfile::TempDir;

use super::wait;

/// An empty database.
fn empty() -> (Db, TempDir) {
    let folder = TempDir::new().unwrap();
    let prepared = file::prepare(&folder.path().join("atlas.db"), Timestamp::UNIX_EPOCH).unwrap();
    (Db::open(&prepared.file, 1).unwrap(), folder)
}

fn place(name: &str) -> Place {
    Place::heard(name, Point { lat: 51.3, lon: 12.4 }, Some("7")).unwrap()
}

/// The id of a new sighting here.
fn sighting(db: &Db, location: &str) -> i64 {
    let draft = EntryDraft { text: "a cat".to_owned(), location: Some(location.to_owned()), ..EntryDraft::default() };
    let new = draft.validate().unwrap();
    wait(db.write(move |tx| entries::insert(tx, &new, None, Timestamp::UNIX_EPOCH))).unwrap().id
}

/// Whether a place was kept for a sighting thought to be here. It is named as the location.
fn keep(db: &Db, id: i64, location: &str) -> bool {
    let location = location.to_owned();
    wait(db.write(move |tx| geocoding::keep(tx, id, &location, &place(&location)))).unwrap()
}

#[test]
fn a_place_is_kept_only_for_the_location_it_was_looked_up_for() {
    let (db, _folder) = empty();
    let id = sighting(&db, "Reed Park");
    assert!(!keep(&db, id, "reed park"), "somebody changed the location meanwhile");
    assert!(!keep(&db, id + 1, "Reed Park"), "no such sighting");
    let stored = || db.look_up(|session| entries::by_id(session, id)).unwrap().unwrap();
    assert_eq!(Place::of(&stored()), None);
    assert!(keep(&db, id, "Reed Park"));
    assert_eq!(Place::of(&stored()), Some(place("Reed Park")));
}

/// Numbers that look random and are the same in every run.
fn numbers() -> impl FnMut(usize) -> usize {
    let mut state = 1_u64;
    move |below| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    }
}

#[test]
fn the_word_index_misses_no_place_that_is_alike() {
    const WORDS: [&str; 9] = ["Park", "Street,", "Reed", "5", "Café", "улица", "\"NEAR\"", "south-west", "AND"];
    let (db, _folder) = empty();
    let mut below = numbers();
    let mut location = || (0..=below(6)).map(|_| WORDS[below(WORDS.len())]).collect::<Vec<_>>().join(" ");
    let known: Vec<KnownPlace> = (0..40)
        .map(|_| {
            let location = location();
            assert!(keep(&db, sighting(&db, &location), &location));
            KnownPlace { place: place(&location), location }
        })
        .collect();
    let newest_first: Vec<_> = known.into_iter().rev().collect();
    let mut guesses = 0;
    for _ in 0..300 {
        let typed = location();
        let found = db.look_up(|session| geocoding::sharing_words(session, 0, &typed)).unwrap();
        let alike = most_alike(&typed, found);
        assert_eq!(alike, most_alike(&typed, newest_first.clone()), "{typed}");
        guesses += usize::from(alike.is_some());
    }
    assert!((50..250).contains(&guesses), "{guesses} of 300 have a place like them");
}

#[test]
fn a_sighting_is_not_like_itself() {
    let (db, _folder) = empty();
    let [id, other] = ["Reed Park", "Reed Park"].map(|location| sighting(&db, location));
    assert!(keep(&db, id, "Reed Park"));
    let places = |id| db.look_up(|session| geocoding::sharing_words(session, id, "Reed Park")).unwrap().len();
    assert_eq!((places(id), places(other)), (0, 1));
}

#[test]
fn a_location_without_words_is_like_no_other() {
    let (db, _folder) = empty();
    for location in ["", "!", "\"", "\0", "* OR *"] {
        assert_eq!(db.look_up(|session| geocoding::sharing_words(session, 0, location)).unwrap(), [], "{location:?}");
    }
}
