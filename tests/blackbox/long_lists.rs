//! Long lists come in pages that can be followed to the end, with totals that are true.

use crate::support::{Answer, Atlas, Predecessor};

/// All ids of a list, following `rel="next"` from page to page.
#[track_caller]
fn follow(atlas: &Atlas, first: &str) -> (Vec<i64>, usize) {
    let (mut ids, mut pages, mut next) = (Vec::new(), 0, Some(first.to_owned()));
    while let Some(path) = next {
        let answer = atlas.get(&path).is(200);
        let found = answer.ids();
        pages += 1;
        next = answer.next();
        assert!(next.is_none() || !found.is_empty(), "{path} is empty and names another");
        ids.extend(found);
    }
    (ids, pages)
}

fn total(answer: &Answer) -> Option<u64> {
    answer.header("x-total-count").map(|total| total.parse().unwrap())
}

#[test]
fn pages_of_sightings_hold_every_one_once_newest_first() {
    let atlas = Atlas::of("golden/before.db");
    let all: Vec<i64> = (1..=400).rev().collect();
    for limit in [7, 100, 399, 400, 401, 1000] {
        let (ids, pages) = follow(&atlas, &format!("/entries?limit={limit}"));
        assert_eq!(ids, all, "limit {limit}");
        assert_eq!(pages, 400_usize.div_ceil(limit), "limit {limit}");
    }
    assert_eq!(atlas.get("/entries?limit=3&before=11").is(200).ids(), [10, 9, 8]);
    assert_eq!(atlas.get("/entries?before=1").is(200).ids(), [] as [i64; 0]);
    assert_eq!(atlas.get("/entries?limit=2&before=99999999999999999999").is(200).ids(), [400, 399]);
}

#[test]
fn a_page_of_a_filtered_list_leads_to_the_next_of_the_same_filter() {
    let atlas = Atlas::of("golden/before.db");
    for filter in [
        "q=cat",
        "unassigned=true",
        "cat_id=1",
        "bbox=12.0,51.0,13.0,52.0",
        "since=2025-06-01T00:00:00Z",
        "q=tabby&unassigned=true&until=2025-11-01T00:00:00Z",
    ] {
        let whole = atlas.get(&format!("/entries?{filter}")).is(200);
        assert!(whole.ids().len() > 6, "{filter} finds too little to test: {:?}", whole.ids());
        assert_eq!(follow(&atlas, &format!("/entries?{filter}&limit=5")).0, whole.ids(), "{filter}");
        assert!(total(&whole).is_none(), "{filter} has a total");
    }
}

#[test]
fn totals_are_told_on_unfiltered_lists() {
    let atlas = Atlas::of("golden/before.db");
    for (path, count) in
        [("/entries", 400), ("/entries?limit=5", 400), ("/entries?page=3&unknown=x", 400), ("/cats", 25), ("/cats?limit=5", 25)]
    {
        assert_eq!(total(&atlas.get(path).is(200)), Some(count), "{path}");
    }
    atlas.sighting("one more");
    atlas.cat("One More");
    assert_eq!(total(&atlas.get("/entries")), Some(401));
    assert_eq!(total(&atlas.get("/cats")), Some(26));
}

#[test]
fn a_list_without_a_limit_ends_at_a_thousand_and_says_where_the_rest_is() {
    let atlas = Atlas::serve(Predecessor::new().with_cats(1005).with_sightings_at(51.0, 12.0, 1005, 0).build());
    let all: Vec<i64> = (1..=1005).rev().collect();
    for list in ["/entries", "/cats"] {
        let first = atlas.get(list).is(200);
        assert_eq!(first.ids(), all[..1000], "{list}");
        assert_eq!(total(&first), Some(1005), "{list}");
        assert_eq!(follow(&atlas, list), (all.clone(), 2), "{list}");
        assert!(atlas.get(&format!("{list}?limit=1000&before=1001")).is(200).next().is_none(), "{list} ends");
    }
}

#[test]
fn pages_of_cats_hold_every_one_once_newest_first() {
    let atlas = Atlas::of("golden/before.db");
    let all: Vec<i64> = (1..=25).rev().collect();
    for limit in [1, 4, 24, 25, 26] {
        assert_eq!(follow(&atlas, &format!("/cats?limit={limit}")), (all.clone(), 25_usize.div_ceil(limit)), "limit {limit}");
    }
    assert_eq!(atlas.get("/cats?limit=2&before=5").is(200).ids(), [4, 3]);
}

#[test]
fn an_area_shows_five_thousand_sightings_and_counts_all() {
    let atlas = Atlas::serve(Predecessor::new().with_cats(1).with_sightings_at(51.0, 12.0, 5_003, 3).build());
    let answer = atlas.get("/entries/by-area?lat=51&lon=12").is(200);
    let area = answer.json();
    let ids = |area: &serde_json::Value| -> Vec<i64> {
        area["sightings"].as_array().unwrap().iter().map(|row| row["entry_id"].as_i64().unwrap()).collect()
    };
    assert_eq!(area["total_count"], 5_003);
    assert_eq!(area["unassigned_count"], 5_000);
    assert_eq!(ids(&area), (4..=5_003).rev().collect::<Vec<_>>());
    let rest = atlas.get(&answer.next().expect("where the rest is")).is(200);
    assert_eq!(ids(&rest.json()), [3, 2, 1]);
    assert!(rest.next().is_none());
    let unassigned = atlas.get("/entries/by-area?lat=51&lon=12&include_assigned=false").is(200);
    assert_eq!(ids(&unassigned.json()), (4..=5_003).rev().collect::<Vec<_>>());
    assert!(unassigned.next().is_none());
}
