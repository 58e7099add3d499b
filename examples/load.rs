use catatlas::store::*; use std::time::Instant;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let _ = std::fs::remove_file(&a[2]);
    drop(Db::open(std::path::Path::new(&a[2])).unwrap());
    let c = rusqlite::Connection::open(&a[2]).unwrap();
    c.execute_batch(&format!("PRAGMA synchronous=OFF; ATTACH '{}' AS old; BEGIN;
      INSERT INTO cats (id,name,createdAt,updatedAt,adopted) SELECT id,name,createdAt,updatedAt,1 FROM old.cats;
      INSERT INTO entries (id,text,createdAt,isFavorite,nickname,location,cat_id,photo_url,location_normalized,location_lat,location_lon,location_osm_id,location_street,location_number,location_zip,location_city,location_country,adopted)
      SELECT id,text,createdAt,isFavorite,nickname,location,CASE WHEN cat_id IN (SELECT id FROM old.cats) THEN cat_id END,photo_url,location_normalized,location_lat,location_lon,location_osm_id,location_street,location_number,location_zip,location_city,location_country,1 FROM old.entries;", a[1])).unwrap();
    let t = Instant::now();
    search_index::rebuild(&c).unwrap();
    println!("rebuild {:?}", t.elapsed());
    c.execute_batch("COMMIT").unwrap();
    println!("with commit {:?}", t.elapsed());
    c.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap(); drop(c);
    let m = std::fs::read_to_string("/proc/self/status").unwrap();
    println!("{}", m.lines().find(|l| l.starts_with("VmHWM")).unwrap());
    println!("{} bytes", std::fs::metadata(&a[2]).unwrap().len());
}
