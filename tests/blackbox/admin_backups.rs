//! Backups that the server makes: when an admin asks, when a signal does, and by itself.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::support::{Atlas, Folder, dump, wait_for};

const EARLY: &str = "atlas-20200101T000000.000Z.tar.zst";

fn on_the_shelf(folder: &Folder) -> Vec<String> {
    let Ok(found) = fs::read_dir(folder.data().join("backups")) else { return Vec::new() };
    let mut names: Vec<_> =
        found.map(|file| file.unwrap().file_name().into_string().unwrap()).filter(|name| !name.starts_with('.')).collect();
    names.sort();
    names
}

#[track_caller]
fn restores_to_what_is_served(atlas: Atlas<&Folder>, backup: &PathBuf) {
    let folder = atlas.folder();
    let restored = folder.data().join("restored.db");
    folder.run(&["restore", backup.to_str().unwrap(), "--to", restored.to_str().unwrap()]).succeeds();
    let database = atlas.database();
    atlas.stop().succeeds();
    let [mut restored, mut served] = [dump(&restored), dump(&database)];
    // That a backup was made and taken home is told of after it.
    for one in [&mut restored, &mut served] {
        one.remove("audit");
        one.remove("sqlite_sequence");
    }
    assert_eq!(restored, served);
}

#[test]
fn an_admin_makes_lists_and_takes_home_backups_and_it_is_on_record() {
    let folder = Folder::new();
    let atlas = folder.serve();
    atlas.sighting("on the bakery wall");
    let admin = atlas.person("ada", "admin");
    assert_eq!(admin.get("/admin/backups").is(200).json(), json!([]));
    let made = admin.call("/admin/backups").is(201).json();
    assert_eq!(admin.get("/admin/backups").is(200).json(), json!([made]));
    let path = format!("/admin/backups/{}", made["name"].as_str().unwrap());
    let taken = admin.get(&path).is(200);
    assert_eq!(taken.header("content-type"), Some("application/zstd"));
    assert!(taken.header("content-disposition").is_some_and(|header| header.contains(made["name"].as_str().unwrap())));
    assert_eq!(made["bytes"], taken.body.len());
    let audit = admin.get("/admin/audit").is(200).json();
    let deeds: Vec<_> = audit.as_array().unwrap().iter().filter(|line| line["object"] == "backup").map(|line| &line["deed"]).collect();
    assert_eq!(deeds, ["take home", "make"]);
    let file = folder.data().join("taken.tar.zst");
    fs::write(&file, taken.body).unwrap();
    drop(admin);
    restores_to_what_is_served(atlas, &file);
}

#[test]
fn nobody_but_an_admin_gets_a_backup_and_no_other_file_is_one() {
    let folder = Folder::new();
    let atlas = folder.serve();
    for path in ["/admin/backups".to_owned(), format!("/admin/backups/{EARLY}")] {
        atlas.get(&path).is(401);
        atlas.person(&format!("c{}", path.len()), "caretaker").get(&path).is(403);
    }
    let admin = atlas.person("ada", "admin");
    admin.call("/admin/backups").is(201);
    fs::write(folder.data().join("backups/notes.txt"), "secret").unwrap();
    for name in [EARLY, "notes.txt", "..%2Fatlas.db", "%2e%2e%2fatlas.db", "..", "atlas.db"] {
        let answer = admin.get(&format!("/admin/backups/{name}"));
        assert!([401, 404, 422].contains(&answer.status) || name == "..", "{name}: {}", answer.status);
        assert!(!answer.start().contains("secret"), "{name}");
    }
}

#[test]
fn a_signal_makes_a_backup_and_older_ones_give_way() {
    let folder = Folder::new();
    fs::create_dir(folder.data().join("backups")).unwrap();
    fs::write(folder.data().join("backups").join(EARLY), "an old one").unwrap();
    let atlas = Atlas::serve_with(&folder, &["--backup-keep", "last=1"]);
    atlas.sighting("on the bakery wall");
    atlas.send_signal("USR1");
    let made = wait_for("the backup", || match &on_the_shelf(&folder)[..] {
        [one] if one != EARLY => Some(folder.data().join("backups").join(one)),
        _ => None,
    });
    restores_to_what_is_served(atlas, &made);
}

#[test]
fn the_server_makes_a_backup_by_itself_where_the_last_one_is_too_old() {
    let folder = Folder::new();
    let other = folder.data().join("elsewhere");
    let atlas = Atlas::serve_with(&folder, &["--backup-every", "24h", "--backup-folder", other.to_str().unwrap()]);
    let list = || {
        let said = folder.run(&["backup", "list", "--json", "--to", other.to_str().unwrap()]).succeeds().stdout;
        let listed: Vec<Value> = serde_json::from_str(&said).unwrap();
        listed
    };
    wait_for("the first backup", || (list().len() == 1).then_some(()));
    atlas.stop().succeeds();
    let again = Atlas::serve_with(&folder, &["--backup-every", "24h", "--backup-folder", other.to_str().unwrap()]);
    again.sighting("on the bakery wall");
    again.stop().succeeds();
    assert_eq!(list().len(), 1, "the last one is young enough");
}
