//! The command line: help, versions, health checks and refusals that a script can rely on.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use crate::support::{Atlas, Folder};

/// The commands that a help text lists, without `help` itself.
fn listed(help: &str) -> Vec<String> {
    let commands = help.split_once("Commands:\n").map_or("", |(_, rest)| rest);
    commands
        .lines()
        .take_while(|line| !line.trim().is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

/// Every command asked for help, and those below it.
#[track_caller]
fn help_of(folder: &Folder, command: &[&str], seen: &mut Vec<String>) {
    let help = folder.run(&[command, &["--help"]].concat()).succeeds().stdout;
    let first = help.lines().next().unwrap_or_default().trim();
    assert!(first.len() > 20 && !first.starts_with("Usage"), "{command:?} has no description: {help}");
    assert!(help.contains("Usage:"), "{command:?}: {help}");
    seen.push(command.join(" "));
    for name in listed(&help) {
        help_of(folder, &[command, &[&name]].concat(), seen);
    }
}

#[test]
fn every_command_describes_itself() {
    let folder = Folder::new();
    let mut seen = Vec::new();
    help_of(&folder, &[], &mut seen);
    for command in ["serve", "migrate", "migrate status", "healthcheck"] {
        assert!(seen.iter().any(|own| own == command), "{command} is not among {seen:?}");
    }
    assert!(folder.contents().is_empty(), "help leaves {:?}", folder.file_names());
}

#[test]
fn help_of_serve_and_migrate_names_their_options() {
    let folder = Folder::new();
    for (command, options) in
        [("serve", &["--database", "--host", "--port"][..]), ("migrate", &["--database", "--dry-run"]), ("healthcheck", &["--url"])]
    {
        let help = folder.run(&[command, "--help"]).succeeds().stdout;
        for option in options {
            assert!(help.contains(option), "{command} says nothing of {option}: {help}");
        }
    }
}

#[test]
fn the_version_is_the_packages() {
    let said = Folder::new().run(&["--version"]).succeeds();
    assert!(said.stdout.contains(env!("CARGO_PKG_VERSION")), "{said:?}");
}

#[test]
fn a_wrong_command_line_is_refused() {
    let folder = Folder::new();
    for arguments in [
        &["nonsense"][..],
        &["serve", "--nonsense"],
        &["serve", "--port", "cat"],
        &["serve", "--port", "70000"],
        &["serve", "--host"],
        &["migrate", "nonsense"],
    ] {
        folder.run(arguments).fails();
    }
    assert!(folder.contents().is_empty(), "a refusal leaves {:?}", folder.file_names());
}

#[test]
fn a_host_that_is_none_and_a_port_that_is_taken_are_refused() {
    let atlas = Atlas::empty();
    let port = atlas.address().rsplit(':').next().unwrap();
    let folder = Folder::new();
    let database = folder.database();
    let database = database.to_str().unwrap();
    let taken = folder.run(&["serve", "--database", database, "--host", "127.0.0.1", "--port", port]).fails();
    assert!(taken.stderr.contains(port), "which port? {taken:#?}");
    folder.run(&["serve", "--database", database, "--host", "not an address", "--port", "0"]).fails();
    atlas.get("/health").is(200);
}

#[test]
fn a_health_check_tells_healthy_from_not() {
    let atlas = Atlas::empty();
    let url = atlas.url.clone();
    let folder = Folder::new();
    let check = |url: &str| folder.run(&["healthcheck", "--url", url]);
    assert_eq!(check(&url).status.code(), Some(0));
    assert_eq!(check(&format!("{url}/")).status.code(), Some(0));
    assert!(atlas.get("/health").is(200).json().is_object());
    atlas.stop().succeeds();
    assert_eq!(check(&url).fails().status.code(), Some(1));
    assert!(folder.contents().is_empty(), "a health check leaves {:?}", folder.file_names());
}

#[test]
fn a_health_check_of_something_that_is_not_well_fails() {
    let folder = Folder::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let check = thread::scope(|scope| {
        scope.spawn(|| {
            let (mut stream, _) = listener.accept().unwrap();
            drop(stream.read(&mut [0; 1024]));
            drop(stream.write_all(b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"));
        });
        let check = folder.run(&["healthcheck", "--url", &format!("http://{address}")]);
        // Where nobody asked, the listener waits still.
        drop(TcpStream::connect(address));
        check
    });
    assert_eq!(check.fails().status.code(), Some(1));
}
