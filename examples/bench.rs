use catatlas::domain::areas::*; use catatlas::domain::geo::Point; use catatlas::store::*; use std::time::Instant;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let only = a.get(2).cloned().unwrap_or_default();
    let db = Db::open(std::path::Path::new(&a[1])).unwrap();
    let c = rusqlite::Connection::open(&a[1]).unwrap();
    let n: i64 = c.query_row("SELECT max(id) FROM entries", [], |r| r.get(0)).unwrap();
    let mut x = 88172645463325252_u64;
    let ids: Vec<i64> = (0..500).map(|_| { x ^= x << 13; x ^= x >> 7; x ^= x << 17; (x % n as u64) as i64 + 1 }).collect();
    let point = |id: i64| c.query_row("SELECT location_lat, location_lon FROM entries WHERE id=?1", [id], |r| Ok(Point::of(r.get(0)?, r.get(1)?))).unwrap();
    let run = |name: &str, ids: &[i64], f: &dyn Fn(i64) -> usize| {
        if !name.starts_with(&only) { return; }
        for &id in &ids[..50.min(ids.len())] { f(id); }
        let mut t: Vec<f64> = Vec::new(); let mut rows = 0;
        for pass in 0..5 { for (i, &id) in ids.iter().enumerate() { let s = Instant::now(); rows += f(id); let us = s.elapsed().as_secs_f64() * 1e6; if pass == 0 { t.push(us) } else { t[i] = t[i].min(us) } } }
        let mean = t.iter().sum::<f64>() / t.len() as f64;
        t.sort_by(f64::total_cmp);
        println!("{name:16} median {:8.0} us  p90 {:8.0}  p99 {:8.0}  mean {:8.0}   rows/query {}", t[t.len() / 2], t[t.len() * 9 / 10], t[t.len() * 99 / 100], mean, rows / ids.len() / 5);
    };
    let m = |id: i64| db.look_up(|s| matching::matches(s, id, 5, 0.15)).unwrap().map_or(0, |v| v.len());
    let placed: Vec<i64> = ids.iter().copied().filter(|&id| point(id).is_some()).collect();
    let unplaced: Vec<i64> = ids.iter().copied().filter(|&id| point(id).is_none()).collect();
    run("matches", &ids, &m);
    run("matches placed", &placed, &m);
    run("matches unplaced", &unplaced, &m);
    run("matches min0 k20", &ids, &|id| db.look_up(|s| matching::matches(s, id, 20, 0.0)).unwrap().map_or(0, |v| v.len()));
    run("nearby", &placed, &|id| match db.look_up(|s| matching::nearby(s, id, 500, 10, true)).unwrap() { matching::Nearby::Found(v) => v.len(), _ => 0 });
    run("by-area", &placed, &|id| { let center = point(id).unwrap(); db.look_up(|s| areas::by_area(s, &AreaQuery { center, radius_m: 500, include_assigned: true, before: i64::MAX })).unwrap().sightings.len() });
    run("groups", &placed, &|id| { let center = point(id).unwrap(); db.look_up(|s| areas::suggested_groups(s, &GroupsQuery { center, radius_m: 500, cluster_radius_m: 100, min_sightings: 2 })).unwrap().groups.len() });
    run("groups 10km", &placed[..20], &|id| { let center = point(id).unwrap(); db.look_up(|s| areas::suggested_groups(s, &GroupsQuery { center, radius_m: 10000, cluster_radius_m: 100, min_sightings: 2 })).unwrap().groups.len() });
    run("area 10km", &placed[..20], &|id| { let center = point(id).unwrap(); db.look_up(|s| areas::by_area(s, &AreaQuery { center, radius_m: 10000, include_assigned: true, before: i64::MAX })).unwrap().sightings.len() });
    let m = std::fs::read_to_string("/proc/self/status").unwrap();
    println!("{}", m.lines().filter(|l| l.starts_with("VmHWM") || l.starts_with("VmRSS")).collect::<Vec<_>>().join(" "));
}
