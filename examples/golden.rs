use catatlas::domain::areas::*; use catatlas::domain::geo::Point; use catatlas::store::*; use serde_json::Value;
fn main() {
    let dir = std::env::args().nth(1).unwrap();
    let db = Db::open(std::path::Path::new(&dir)).unwrap();
    let mut n = 0; let mut bad = 0;
    for line in std::fs::read_to_string("tests/fixtures/golden/requests.jsonl").unwrap().lines() {
        let r: Value = serde_json::from_str(line).unwrap();
        if r["method"] != "GET" { break; }
        let g = r["group"].as_str().unwrap().to_owned();
        let path = r["path"].as_str().unwrap();
        let id = || path.split('/').nth(2).unwrap().parse::<i64>().unwrap();
        let query: std::collections::HashMap<String,String> = r["query"].as_str().unwrap_or("").split('&').filter_map(|p| p.split_once('=')).map(|(a,b)| (a.into(), b.into())).collect();
        let q = |name: &str, d: &str| query.get(name).cloned().unwrap_or(d.to_owned());
        let b = |v: String| v == "true" || v == "1" || v == "yes";
        let got: Value = match g.as_str() {
            "matches" => match db.look_up(|s| matching::matches(s, id(), q("top_k","5").parse().unwrap(), q("min_score","0.15").parse().unwrap())).unwrap() { Some(v) => serde_json::to_value(v).unwrap(), None => 404.into() },
            "nearby" => match db.look_up(|s| matching::nearby(s, id(), q("radius_meters","500").parse().unwrap(), q("top_k","10").parse().unwrap(), b(q("include_assigned","true")))).unwrap() { matching::Nearby::Found(v) => serde_json::to_value(v).unwrap(), matching::Nearby::NoCoordinates => 400.into(), _ => 404.into() },
            "by-area" => serde_json::to_value(db.look_up(|s| areas::by_area(s, &AreaQuery { center: Point { lat: q("lat","").parse().unwrap(), lon: q("lon","").parse().unwrap() }, radius_m: q("radius","500").parse().unwrap(), include_assigned: b(q("include_assigned","true")), before: i64::MAX })).unwrap()).unwrap(),
            "groups" => serde_json::to_value(db.look_up(|s| areas::suggested_groups(s, &GroupsQuery { center: Point { lat: q("lat","").parse().unwrap(), lon: q("lon","").parse().unwrap() }, radius_m: q("radius","500").parse().unwrap(), cluster_radius_m: q("cluster_radius","100").parse().unwrap(), min_sightings: q("min_sightings","2").parse().unwrap() })).unwrap()).unwrap(),
            _ => continue,
        };
        n += 1;
        let want = if r["status"] == 200 { r["body"].clone() } else { r["status"].clone() };
        if !same(&want, &got) { bad += 1; if bad < 5 { println!("{g} {path} {:?}\nwant {}\ngot  {}", r["query"], &want.to_string().chars().take(1500).collect::<String>(), &got.to_string().chars().take(1500).collect::<String>()); } }
    }
    println!("{n} checked, {bad} differ");
}
fn same(w: &Value, g: &Value) -> bool {
    match (w, g) {
        (Value::Object(w), Value::Object(g)) => w.iter().all(|(k, w)| g.get(k).is_some_and(|g| same(w, g))),
        (Value::Array(w), Value::Array(g)) => w.len() == g.len() && w.iter().zip(g).all(|(w, g)| same(w, g)),
        (Value::Number(w), Value::Number(g)) => w.as_f64() == g.as_f64(),
        _ => w == g,
    }
}
