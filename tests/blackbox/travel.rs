//! Sightings on their way out and in: the same in every format, all of them or none.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::{Folder, integrity};

#[track_caller]
fn export(folder: &Folder, format: &str) -> PathBuf {
    let to = folder.data().join(format!("out.{format}"));
    let database = folder.database();
    folder.run(&["export", "--database", database.to_str().unwrap(), "--format", format, "--to", to.to_str().unwrap()]).succeeds();
    to
}

fn import(folder: &Folder, from: &Path, arguments: &[&str]) -> crate::support::Finished {
    let database = folder.database();
    folder.run(&[&["import", from.to_str().unwrap(), "--database", database.to_str().unwrap()], arguments].concat())
}

/// An atlas with what is hard to carry: gaps among ids, formulas, quotes, lines, places, two cats of one name and one without.
fn hard() -> Folder {
    let folder = Folder::new();
    let atlas = folder.serve();
    let cats = [atlas.cat("Momo"), atlas.cat("Momo"), atlas.post("/cats", &json!({})).is(200).id()];
    for (number, text) in ["=SUM(A1)", "-- shy", "two\nlines, \"quoted\"; ümläut", "'apostrophe'", "+1 kitten", "plain"].iter().enumerate()
    {
        let entry = json!({ "text": text, "nickname": "@home", "location_lat": -12.345_678_901_234_5, "location_lon": 0.1 });
        let id = atlas.post("/entries", &entry).is(200).id();
        atlas.call(&format!("/entries/{id}/assign/{}", cats[number % 3])).is(200);
    }
    let parts =
        json!({ "text": "with an address", "location_street": "Elm Street", "location_number": "5", "location_city": "Springfield" });
    let id = atlas.post("/entries", &parts).is(200).id();
    atlas.call(&format!("/entries/{id}/favorite")).is(200);
    let admin = atlas.person("ada", "admin");
    admin.delete("/entries/2").is(204);
    drop(admin);
    atlas.stop().succeeds();
    folder
}

#[test]
fn what_is_exported_imported_and_exported_again_is_equal() {
    let folder = hard();
    for format in ["csv", "json", "geojson"] {
        let first = export(&folder, format);
        let other = Folder::new();
        other.migrate(&[]).succeeds();
        import(&other, &first, &["--dry-run"]).succeeds().says_one_of(&["6 sightings of 3 cats would be imported"]);
        import(&other, &first, &[]).succeeds().says_one_of(&["6 sightings of 3 cats were imported"]);
        let second = export(&other, format);
        assert_eq!(fs::read_to_string(&first).unwrap(), fs::read_to_string(&second).unwrap(), "{format}");
        import(&other, &first, &[]).succeeds().says_one_of(&["0 sightings of 0 cats were imported, 6 are here already"]);
        assert_eq!(integrity(&other.database()), "ok");
        let atlas = other.serve();
        assert_eq!(atlas.get("/entries?q=kitten").is(200).ids().len(), 1, "{format}: found by its words");
        assert_eq!(atlas.get("/entries?bbox=0,-13,1,-12").is(200).ids().len(), 5, "{format}: found by its place");
    }
}

#[test]
fn no_cell_of_a_table_is_a_formula() {
    let table = fs::read_to_string(export(&hard(), "csv")).unwrap();
    assert!(table.contains("'=SUM(A1)") && table.contains("'@home"), "{table}");
    assert!(!table.contains(",=") && !table.contains(",@") && !table.contains(",+"), "{table}");
}

#[test]
fn a_table_of_somebody_elses_is_read_by_its_columns_and_one_bad_row_stops_it_all() {
    let folder = Folder::new();
    let atlas = folder.serve();
    let file = folder.data().join("notes.csv");
    let map = "text=Notes,createdAt=Date,cat_name=Cat,location_lat=Lat,location_lon=Lon";
    fs::write(
        &file,
        "\u{feff}Date,Notes,Cat,Lat,Lon\n2024-05-01,seen twice,Momo,1.5,2.5\n2024-05-02T10:00:00Z,,Momo,,\nyesterday,hm,,95,1\n",
    )
    .unwrap();
    import(&folder, &file, &[]).fails().says_one_of(&["--map text="]);
    let said = import(&folder, &file, &["--map", map]).fails();
    for word in ["sighting 2", "sighting 3", "yesterday", "nothing was imported"] {
        said.says_one_of(&[word]);
    }
    assert_eq!(atlas.count(), 0);
    fs::write(&file, "Date,Notes,Cat,Lat,Lon\n2024-05-01,seen twice,Momo,1.5,2.5\n2024-05-02T10:00:00Z,asleep,Momo,,\n").unwrap();
    import(&folder, &file, &["--map", map]).succeeds().says_one_of(&["2 sightings of 1 cats were imported"]);
    let rows = atlas.get("/entries").is(200).json();
    let seen = |at: usize| [&rows[at]["text"], &rows[at]["createdAt"], &rows[at]["cat_id"], &rows[at]["location_lat"]].map(Value::clone);
    assert_eq!(seen(0), [json!("asleep"), json!("2024-05-02T10:00:00Z"), json!(1), Value::Null]);
    assert_eq!(seen(1), [json!("seen twice"), json!("2024-05-01"), json!(1), json!(1.5)]);
    for (name, text) in [("a.json", "[1"), ("b.json", "{}"), ("c.geojson", "{\"features\": [1]}"), ("d.txt", "")] {
        let file = folder.data().join(name);
        fs::write(&file, text).unwrap();
        import(&folder, &file, &[]).fails();
    }
    assert_eq!(atlas.count(), 2);
}
