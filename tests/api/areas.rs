//! An area holds the sightings within its radius, everywhere on the globe.

use catatlas::domain::areas::{AreaAnswer, AreaQuery};
use catatlas::domain::geo::Point;
use catatlas::store::areas::by_area;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};

use crate::oracle::{self, Sighting};
use crate::sightings::{Sightings, hard_ones};

impl Sightings {
    fn area(&self, (lat, lon): (f64, f64), radius_m: u32, include_assigned: bool, before: Option<i64>) -> AreaAnswer {
        let query = AreaQuery { center: Point { lat, lon }, radius_m, include_assigned, before };
        self.db.look_up(|session| by_area(session, &query)).unwrap()
    }
}

fn ids(area: &AreaAnswer) -> Vec<i64> {
    area.sightings.iter().map(|sighting| sighting.entry_id).collect()
}

/// Centres around which there are places to be found.
pub fn center() -> impl Strategy<Value = (f64, f64)> {
    select(vec![
        (51.005, 12.008),
        (51.0, 12.0),
        (90.0, 0.0),
        (90.0, -180.0),
        (-90.0, 33.0),
        (89.99, 170.0),
        (0.0, 180.0),
        (0.0, -180.0),
        (0.0, 179.99),
        (0.0, 0.0),
    ])
}

#[test]
fn an_area_holds_what_the_oracle_finds_within_its_radius() {
    let stored = Sightings::none();
    let questions = (hard_ones(60), center(), select(vec![1, 500, 1000, 10_000]), any::<bool>());
    let run = TestRunner::new(Config::with_cases(150)).run(&questions, |(all, center, radius_m, include_assigned)| {
        stored.replace(&all);
        let mut expected = oracle::within(&all, center, radius_m);
        expected.retain(|sighting| include_assigned || sighting.cat_id.is_none());
        let area = stored.area(center, radius_m, include_assigned, None);
        assert_eq!(ids(&area), expected.iter().map(|sighting| sighting.id).collect::<Vec<_>>());
        assert_eq!(area.total_count, expected.len());
        assert_eq!(area.unassigned_count, expected.iter().filter(|sighting| sighting.cat_id.is_none()).count());
        assert_eq!(area.next, None);
        Ok(())
    });
    run.unwrap();
}

#[test]
fn an_area_of_more_than_five_thousand_goes_on_where_it_stopped() {
    let spot = |id| Sighting { id, lat: Some(51.0), lon: Some(12.0), cat_id: (id % 3 == 0).then_some(1), ..Sighting::default() };
    let stored = Sightings::of(&(1..=5002).map(spot).collect::<Vec<_>>());
    let first = stored.area((51.0, 12.0), 500, true, None);
    assert_eq!((first.total_count, first.unassigned_count, first.next), (5002, 3335, Some(3)));
    assert_eq!(ids(&first), (3..=5002).rev().collect::<Vec<_>>());
    let rest = stored.area((51.0, 12.0), 500, true, first.next);
    assert_eq!((rest.total_count, rest.unassigned_count, rest.next), (5002, 3335, None));
    assert_eq!(ids(&rest), [2, 1]);
    assert_eq!(ids(&stored.area((51.0, 12.0), 500, true, Some(0))), [] as [i64; 0]);
}

#[test]
fn an_area_shows_what_is_known_of_a_sighting() {
    let sighting = Sighting { id: 3, text: "x".repeat(101), lat: Some(51.0), lon: Some(12.0), cat_id: Some(1), ..Sighting::default() };
    let area = Sightings::of(&[sighting]).area((51.0, 12.0), 1, true, None);
    let shown = serde_json::to_value(&area).unwrap();
    let preview = "x".repeat(100) + "...";
    let expected = serde_json::json!({
        "center_lat": 51.0, "center_lon": 12.0, "radius_meters": 1, "total_count": 1, "unassigned_count": 0,
        "sightings": [{
            "entry_id": 3, "text_preview": preview, "location": null, "location_normalized": null, "latitude": 51.0, "longitude": 12.0,
            "cat_id": 1, "cat_name": "Mina", "created_at": "2026-01-10T22:27:08.252643Z"
        }]
    });
    assert_eq!(shown, expected);
}
