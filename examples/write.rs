use catatlas::domain::geo::Point; use catatlas::store::search_index::*; use std::time::{Duration, Instant};
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let batch: usize = a[3].parse().unwrap();
    std::fs::copy(&a[1], "/tmp/match/write.db").unwrap(); let _ = std::fs::remove_file("/tmp/match/write.db-wal");
    let src = rusqlite::Connection::open(&a[2]).unwrap();
    let mut st = src.prepare("SELECT text,nickname,location,location_lat,location_lon FROM entries ORDER BY id DESC LIMIT 8192").unwrap();
    let docs: Vec<Document> = st.query_map([], |r| Ok(Document { text: r.get(0)?, nickname: r.get(1)?, location: r.get(2)?, point: Point::of(r.get(3)?, r.get(4)?) })).unwrap().map(Result::unwrap).collect();
    let c = rusqlite::Connection::open("/tmp/match/write.db").unwrap();
    c.execute_batch("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON").unwrap();
    c.set_prepared_statement_cache_capacity(128);
    let geocoded = a.get(4).is_some();
    let (mut ins, mut idx, mut com) = (Vec::new(), Vec::new(), Vec::new());
    let mut worst = Duration::ZERO;
    let wal0 = 0;
    let rounds = (4096 / batch).min(2000);
    for round in 0..rounds {
        c.prepare_cached("BEGIN IMMEDIATE").unwrap().execute([]).unwrap();
        let t = Instant::now();
        let mut changes = Vec::new();
        for doc in &docs[round * batch % 8000..][..batch] {
            let p = doc.point.filter(|_| geocoded);
            c.prepare_cached("INSERT INTO entries(text,createdAt,nickname,location,location_lat,location_lon,adopted) VALUES (?1,'2026-01-01T00:00:00.000000Z',?2,?3,?4,?5,1)").unwrap().execute((&doc.text, &doc.nickname, &doc.location, p.map(|p| p.lat), p.map(|p| p.lon))).unwrap();
            changes.push(Change { id: c.last_insert_rowid(), old: None, new: Some(Document { point: p, ..doc.clone() }) });
        }
        ins.push(t.elapsed()); let t = Instant::now();
        apply(&c, changes).unwrap();
        worst = worst.max(t.elapsed());
        idx.push(t.elapsed()); let t = Instant::now();
        c.prepare_cached("COMMIT").unwrap().execute([]).unwrap();
        com.push(t.elapsed());
    }
    let med = |v: &mut Vec<Duration>| { v.sort(); v[v.len() / 2].as_secs_f64() * 1e6 / batch as f64 };
    println!("batch {batch}: per entry: insert {:.1} us, index {:.1} us, commit {:.1} us; worst index batch {:?}; wal {} bytes/entry {wal0}", med(&mut ins), med(&mut idx), med(&mut com), worst, std::fs::metadata("/tmp/match/write.db-wal").unwrap().len() / (rounds * batch) as u64);
}
