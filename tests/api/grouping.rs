//! Groups are the ones that the naive way of grouping makes.

use catatlas::domain::areas::GroupsQuery;
use catatlas::domain::geo::Point;
use catatlas::domain::grouping::clusters;
use catatlas::store::areas::suggested_groups;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};

use crate::areas::center;
use crate::oracle::{self, Group, Sighting};
use crate::sightings::{Sightings, hard_ones};

impl Sightings {
    #[track_caller]
    fn groups_like_the_oracle(&self, all: &[Sighting], center: (f64, f64), radius_m: u32, cluster_radius_m: u32, min_sightings: usize) {
        let query = GroupsQuery { center: Point { lat: center.0, lon: center.1 }, radius_m, cluster_radius_m, min_sightings };
        let found = self.db.look_up(|session| suggested_groups(session, &query)).unwrap();
        let considered = oracle::within(all, center, radius_m).iter().filter(|sighting| sighting.cat_id.is_none()).count();
        assert_eq!(found.total_unassigned, considered);
        assert!(found.groups.iter().all(|group| !group.reasons.is_empty()), "{:?}", found.groups);
        let groups = found.groups.into_iter().map(|group| Group {
            id: group.group_id,
            confidence: group.confidence,
            center: (group.center_lat, group.center_lon),
            radius_m: group.radius_meters,
            members: group.entry_ids,
        });
        assert_eq!(groups.collect::<Vec<_>>(), oracle::groups(all, center, radius_m, cluster_radius_m, min_sightings));
    }
}

#[test]
fn hard_sightings_form_the_groups_of_the_oracle() {
    let stored = Sightings::none();
    let sizes = (select(vec![500, 2000, 10_000]), select(vec![10, 100, 333, 500]), 2..=4_usize);
    let run = TestRunner::new(Config::with_cases(200)).run(&(hard_ones(60), center(), sizes), |(all, center, sizes)| {
        stored.replace(&all);
        stored.groups_like_the_oracle(&all, center, sizes.0, sizes.1, sizes.2);
        Ok(())
    });
    run.unwrap();
}

#[test]
fn the_newest_two_hundred_of_a_large_group_are_compared() {
    // The newest 150 are of three kinds, the others alike in nothing.
    let text = |id: i32| if id <= 110 { format!("old{id}") } else { format!("cat of kind{}", id % 3) };
    let spot =
        |id: i32| Sighting { id: id.into(), text: text(id), lat: Some(51.0 + f64::from(id) / 1e7), lon: Some(12.0), ..Sighting::default() };
    let all: Vec<Sighting> = (1..=260).map(spot).collect();
    Sightings::of(&all).groups_like_the_oracle(&all, (51.0, 12.0), 500, 100, 2);
}

#[test]
fn a_group_is_named_as_people_name_it_most() {
    let names = [None, Some("Mo"), Some("Mina"), Some("Mina"), Some("Mo")];
    let spot = |(id, name): (i64, Option<&str>)| Sighting {
        id,
        text: "a tabby".to_owned(),
        nickname: name.map(str::to_owned),
        lat: Some(51.0),
        lon: Some(12.0),
        ..Sighting::default()
    };
    let stored = Sightings::of(&(1..).zip(names).map(spot).collect::<Vec<_>>());
    let query = GroupsQuery { center: Point { lat: 51.0, lon: 12.0 }, radius_m: 500, cluster_radius_m: 100, min_sightings: 2 };
    let found = stored.db.look_up(|session| suggested_groups(session, &query)).unwrap();
    assert_eq!(found.groups[0].suggested_name.as_deref(), Some("Mo"), "the newest name among the most frequent");
}

proptest! {
    #[test]
    fn clusters_are_the_ones_that_looking_at_every_pair_makes(points in vec(anywhere(), 0..120), radius_m in 10.0..500.0) {
        let mut untaken: Vec<usize> = (0..points.len()).collect();
        let mut expected = Vec::new();
        while let Some(&seed) = untaken.first() {
            let (members, rest): (Vec<usize>, Vec<usize>) =
                untaken.into_iter().partition(|&other| points[seed].distance_m(points[other]) <= radius_m);
            untaken = rest;
            expected.push(members);
        }
        prop_assert_eq!(clusters(&points, radius_m), expected);
    }
}

/// Points some hundred metres apart: in a town, at a pole, at 180 degrees, at the equator.
fn anywhere() -> impl Strategy<Value = Point> {
    let near = |lat: f64, lon: f64, wide: f64| {
        (-0.01..0.01, -wide..wide)
            .prop_map(move |(north, east): (f64, f64)| Point { lat: (lat + north), lon: (lon + east + 180.0).rem_euclid(360.0) - 180.0 })
    };
    prop_oneof![near(51.0, 12.0, 0.015), near(89.99, 0.0, 180.0), near(10.0, 180.0, 0.01), near(0.0, 0.0, 0.01)]
}
