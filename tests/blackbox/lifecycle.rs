//! Starting, running once, and ending in good order.

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpStream;
use std::os::unix::fs::symlink;
use std::path::Path;

use crate::support::{Atlas, Folder, Raw, are_all_there, integrity, wait_for, write_until_it_ends};

#[test]
fn port_zero_means_a_free_port_and_its_address_is_printed() {
    let [one, other] = [Atlas::empty(), Atlas::empty()];
    assert_ne!(one.url, other.url);
    for atlas in [one, other] {
        let url = atlas.url.clone();
        let ended = atlas.stop().succeeds();
        assert_eq!(ended.stdout, format!("CatAtlas is ready at {url}\n"), "one line, and nothing else");
    }
}

#[test]
fn a_second_start_on_the_same_file_is_refused_with_the_pid_of_the_first() {
    let mut atlas = Atlas::empty();
    atlas.sighting("a cat");
    let pid = atlas.program().pid().to_string();
    let link = atlas.folder().data().join("link.db");
    symlink(atlas.database(), &link).unwrap();
    let roundabout = atlas.folder().data().join("../data/atlas.db");
    for spelling in [atlas.database().as_path(), Path::new("atlas.db"), &roundabout, &link] {
        let refused = atlas.serve_again(spelling).fails();
        assert!(refused.stderr.contains(&pid), "{} names no {pid}: {refused:#?}", spelling.display());
        assert!(!refused.stdout.contains("is ready"), "{refused:#?}");
    }
    assert_eq!(atlas.count(), 1, "the first one is not disturbed");
    atlas.sighting("another cat");
    atlas.stop().succeeds();
}

#[test]
fn sigterm_ends_with_zero_and_leaves_one_whole_file() {
    let folder = Folder::new();
    let atlas = folder.serve();
    let id = atlas.sighting("a cat");
    atlas.stop().succeeds();
    let logs: Vec<String> =
        folder.contents().into_iter().filter(|(name, bytes)| name.ends_with("-wal") && !bytes.is_empty()).map(|(name, _)| name).collect();
    assert!(logs.is_empty(), "not checkpointed: {logs:?}");
    let copy = Folder::new();
    fs::copy(folder.database(), copy.database()).unwrap();
    assert_eq!(integrity(&copy.database()), "ok");
    assert_eq!(copy.serve().get(&format!("/entries/{id}")).is(200).json()["text"], "a cat", "the file alone holds everything");
}

#[test]
fn every_acknowledged_sighting_survives_sigterm_under_load() {
    let folder = Folder::new();
    let mut atlas = folder.serve();
    let acknowledged = write_until_it_ends(&atlas, "TERM", 400);
    let ended = atlas.program().wait();
    assert_eq!(ended.status.code(), Some(0), "{ended:#?}");
    assert!(!ended.stderr.contains("panicked"), "{ended:#?}");
    drop(atlas);
    are_all_there(&folder, &acknowledged);
}

#[test]
fn a_request_in_flight_at_sigterm_is_finished() {
    let folder = Folder::new();
    let mut atlas = folder.serve();
    let body = r#"{"text": "seen at the last moment"}"#;
    let head = format!(
        "POST /entries HTTP/1.1\r\nhost: atlas\r\ncontent-type: application/json\r\ncontent-length: {}\r\nexpect: 100-continue\r\n\r\n",
        body.len()
    );
    // With `100 Continue` the program says that it waits for the body: the request is in flight.
    let waiting = Raw::connect(atlas.address()).send(head.as_bytes()).wait_for("100 Continue\r\n\r\n");
    let address = atlas.address().to_owned();
    atlas.program().signal("TERM");
    wait_for("new connections to be refused", || TcpStream::connect(&address).is_err().then_some(()));
    let id = waiting.send(body.as_bytes()).answer().expect("an answer").is(200).id();
    assert_eq!(atlas.program().wait().succeeds().status.code(), Some(0));
    drop(atlas);
    assert_eq!(folder.serve().get(&format!("/entries/{id}")).is(200).json()["text"], "seen at the last moment");
}

#[test]
fn an_idle_connection_does_not_hold_up_the_end() {
    let folder = Folder::new();
    let mut atlas = folder.serve();
    let idle = Raw::connect(atlas.address());
    let half = Raw::connect(atlas.address()).send(b"GET /entries HTTP/1.1\r\nhost: a");
    atlas.get("/entries").is(200);
    atlas.program().signal("TERM");
    assert_eq!(atlas.program().wait().status.code(), Some(0));
    drop((idle, half));
}

#[test]
fn what_was_written_is_there_after_a_restart() {
    let folder = Folder::with("legacy/v3.db");
    let atlas = folder.serve();
    let id = atlas.sighting("a cat");
    let cat = atlas.cat("Mina");
    atlas.call(&format!("/entries/{id}/assign/{cat}")).is(200);
    let seen: BTreeMap<&str, _> =
        ["/entries", "/cats", "/entries?q=cat", "/cats/1/comments"].map(|path| (path, atlas.get(path).is(200).json())).into();
    atlas.stop().succeeds();
    let atlas = folder.serve();
    for (path, before) in seen {
        assert_eq!(atlas.get(path).is(200).json(), before, "{path}");
    }
}
