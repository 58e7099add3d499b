//! Matches and neighbours are the ones that a comparison of every sighting with every other finds, to the last digit.

use catatlas::domain::geo::Point;
use catatlas::domain::matching::Traits;
use catatlas::store::matching::{Nearby, matches, nearby};
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, TestRunner};

use crate::oracle::{self, Sighting};
use crate::sightings::{Sightings, hard_ones};

impl Sightings {
    #[track_caller]
    fn matches_like_the_oracle(&self, all: &[Sighting], me: &Sighting, top_k: u8, min_score: f64) {
        let found = self.db.look_up(|session| matches(session, me.id, top_k, min_score)).unwrap().unwrap();
        let pairs: Vec<(i64, f64)> = found.iter().map(|found| (found.candidate_id, found.score)).collect();
        assert_eq!(pairs, oracle::matches(all, me, top_k, min_score), "the {top_k} above {min_score} of {me:?}");
        assert!(found.iter().all(|found| !found.reasons.is_empty()), "{found:?}");
    }

    #[track_caller]
    fn neighbours_like_the_oracle(&self, all: &[Sighting], me: &Sighting, radius_m: u32, top_k: u8, include_assigned: bool) {
        let found = match self.db.look_up(|session| nearby(session, me.id, radius_m, top_k, include_assigned)).unwrap() {
            Nearby::Found(found) => Some(found.iter().map(|found| (found.entry_id, found.distance_meters, found.match_score)).collect()),
            Nearby::NoCoordinates => None,
            Nearby::NoSuchEntry => panic!("{me:?} is stored"),
        };
        assert_eq!(found, oracle::nearby(all, me, radius_m, top_k, include_assigned), "the {top_k} within {radius_m} m of {me:?}");
    }
}

/// A sighting in a town, in words of which some are rare; every third has no coordinates.
fn townsfolk() -> impl Strategy<Value = Sighting> {
    let words = |kinds: u32, most| {
        let words = (1..=kinds).prop_flat_map(move |rarest| vec(0..rarest, 0..most));
        words.prop_map(|words| words.iter().map(|word| format!("word{word}")).collect::<Vec<_>>().join(" "))
    };
    let point = weighted(0.67, (51.0..51.02, 12.0..12.03)).prop_map(Option::unzip);
    let cat_id = weighted(0.5, Just(1));
    (words(60, 20), weighted(0.8, words(9, 4)), point, cat_id).prop_map(|(text, location, (lat, lon), cat_id)| Sighting {
        text,
        location,
        lat,
        lon,
        cat_id,
        ..Sighting::default()
    })
}

#[test]
fn a_town_of_two_thousand_sightings_matches_like_the_oracle() {
    let mut all = vec(townsfolk(), 2000).new_tree(&mut TestRunner::deterministic()).unwrap().current();
    all.iter_mut().zip(1..).for_each(|(sighting, at)| sighting.id = at * 11);
    let stored = Sightings::of(&all);
    for (at, me) in all.iter().enumerate().step_by(7) {
        let (top_k, min_score) = [(5, 0.15), (1, 0.0), (20, 0.0), (20, 0.4), (7, 0.7)][at % 5];
        stored.matches_like_the_oracle(&all, me, top_k, min_score);
        stored.neighbours_like_the_oracle(&all, me, [500, 1, 5000, 60][at % 4], [10, 1, 50][at % 3], at % 2 == 0);
    }
}

#[test]
fn hard_sightings_match_like_the_oracle() {
    let stored = Sightings::none();
    let questions = (hard_ones(40), 1..=20_u8, select(vec![0.0, 1e-9, 0.15, 0.35, 0.5, 0.7, 1.0]));
    let run = TestRunner::new(Config::with_cases(150)).run(&questions, |(all, top_k, min_score)| {
        stored.replace(&all);
        for me in &all {
            stored.matches_like_the_oracle(&all, me, top_k, min_score);
        }
        Ok(())
    });
    run.unwrap();
}

#[test]
fn hard_sightings_have_the_neighbours_of_the_oracle() {
    let stored = Sightings::none();
    let questions = (hard_ones(40), select(vec![1, 33, 500, 1000, 5000]), select(vec![1, 2, 10, 50]), any::<bool>());
    let run = TestRunner::new(Config::with_cases(150)).run(&questions, |(all, radius_m, top_k, include_assigned)| {
        stored.replace(&all);
        for me in &all {
            stored.neighbours_like_the_oracle(&all, me, radius_m, top_k, include_assigned);
        }
        Ok(())
    });
    run.unwrap();
}

#[test]
fn texts_of_more_words_than_a_byte_counts_match_exactly() {
    let words = |from: usize, to: usize| (from..to).map(|word| format!("word{word}")).collect::<Vec<_>>().join(" ");
    let mut all = Vec::new();
    for (id, (from, to)) in (1..).zip([(0, 300), (0, 255), (0, 256), (0, 254), (10, 1000), (250, 300), (0, 5), (299, 300)]) {
        let location = Some(words(from / 2, to / 2));
        all.push(Sighting { id, text: words(from, to), location, ..Sighting::default() });
    }
    let stored = Sightings::of(&all);
    for me in &all {
        stored.matches_like_the_oracle(&all, me, 20, 0.0);
        stored.matches_like_the_oracle(&all, me, 3, 0.2);
    }
}

#[test]
fn many_at_one_place_are_equally_near_and_the_newest_come_first() {
    let spot = |id| Sighting { id, text: "cat".to_owned(), lat: Some(51.0), lon: Some(12.0), ..Sighting::default() };
    let all: Vec<Sighting> = (1..=300).map(spot).collect();
    let stored = Sightings::of(&all);
    for me in [&all[0], &all[150], &all[299]] {
        stored.neighbours_like_the_oracle(&all, me, 500, 10, true);
        stored.matches_like_the_oracle(&all, me, 20, 0.0);
    }
}

#[test]
fn a_sighting_that_is_not_there_has_neither_matches_nor_neighbours() {
    let stored = Sightings::of(&[Sighting { id: 1, ..Sighting::default() }]);
    for id in [0, -1, 2, i64::MAX, i64::MIN] {
        assert_eq!(stored.db.look_up(|session| matches(session, id, 5, 0.0)).unwrap(), None, "{id}");
        assert_eq!(stored.db.look_up(|session| nearby(session, id, 500, 5, true)).unwrap(), Nearby::NoSuchEntry, "{id}");
    }
}

#[test]
fn every_term_that_counts_is_a_reason() {
    let at = |lat| Point::of(Some(lat), Some(12.0));
    let reasons = |one: Traits, other: Traits| one.reasons(&other);
    let tabby = |point| Traits::of("an orange tabby", Some("Mill Lane"), point);
    assert_eq!(reasons(tabby(at(51.0)), tabby(at(51.001))), ["Described alike: orange, tabby", "Seen 111 m apart"]);
    assert_eq!(reasons(tabby(None), tabby(at(51.001))), ["Described alike: orange, tabby", "Places named alike: lane, mill"]);
    assert_eq!(reasons(tabby(at(51.0)), tabby(at(52.0))), ["Described alike: orange, tabby"]);
    let long = || Traits::of("one1 two2 three3 four4 five5 six6", None, None);
    assert_eq!(reasons(long(), long()), ["Described alike: five5, four4, one1, six6, three3, ..."]);
    assert_eq!(reasons(tabby(None), Traits::of("", None, None)), ["Nothing known in common"]);
}

proptest! {
    #[test]
    fn a_score_is_the_same_both_ways(all in hard_ones(8)) {
        let traits = |sighting: &Sighting| Traits::of(&sighting.text, sighting.location.as_deref(), Point::of(sighting.lat, sighting.lon));
        for one in &all {
            for other in &all {
                let [there, back] = [traits(one).score(&traits(other)), traits(other).score(&traits(one))];
                prop_assert_eq!(there.to_bits(), back.to_bits());
                prop_assert!((0.0..=1.0).contains(&there), "{} {:?} {:?}", there, one, other);
                prop_assert_eq!(there.to_bits(), one.score(other).to_bits());
            }
        }
    }
}
