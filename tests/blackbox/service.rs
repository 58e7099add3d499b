//! Under a service manager: what it is told, and what a package takes from the program.

use std::os::unix::net::UnixDatagram;

use crate::support::{Atlas, Folder, PATIENCE};

/// A socket as systemd has one, and a program that was started with it.
struct Manager {
    socket: UnixDatagram,
}

impl Manager {
    /// `serve`, told to give a sign of life every so many microseconds.
    fn serve(folder: &Folder, watchdog_us: u32) -> (Self, Atlas<&Folder>) {
        let path = folder.data().join("notify");
        let socket = UnixDatagram::bind(&path).unwrap();
        socket.set_read_timeout(Some(3 * PATIENCE)).unwrap();
        let variables = [("NOTIFY_SOCKET", path.to_str().unwrap()), ("WATCHDOG_USEC", &watchdog_us.to_string())];
        let database = folder.database();
        let serve = ["serve", "--port", "0", "--access", "open", "--database", database.to_str().unwrap()];
        let program = folder.start_told(&variables, &serve);
        (Self { socket }, Atlas::answering(folder, program))
    }

    #[track_caller]
    fn next(&self) -> String {
        let mut buffer = [0; 1024];
        let length = self.socket.recv(&mut buffer).expect("the program to say something");
        String::from_utf8(buffer[..length].to_vec()).unwrap()
    }

    /// Everything told until this is.
    #[track_caller]
    fn until(&self, wanted: &str) -> Vec<String> {
        let mut told = Vec::new();
        loop {
            told.push(self.next());
            if told[told.len() - 1].lines().any(|line| line == wanted) {
                return told;
            }
        }
    }
}

#[test]
fn systemd_is_told_of_readiness_signs_of_life_and_the_end() {
    let folder = Folder::new();
    let (manager, atlas) = Manager::serve(&folder, 300_000);
    manager.until("READY=1");
    manager.until("WATCHDOG=1");
    manager.until("WATCHDOG=1");
    atlas.stop().succeeds();
    manager.until("STOPPING=1");
}

#[test]
fn no_sign_of_life_is_given_while_nothing_can_be_written() {
    let folder = Folder::new();
    let (manager, atlas) = Manager::serve(&folder, 300_000);
    manager.until("WATCHDOG=1");
    let other = rusqlite::Connection::open(folder.database()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    manager.until("STATUS=nothing can be written to the database");
    for _ in 0..3 {
        assert_eq!(manager.next(), "STATUS=nothing can be written to the database\n");
    }
    other.execute_batch("ROLLBACK").unwrap();
    let healed = manager.until("WATCHDOG=1");
    assert!(healed[healed.len() - 1].contains("STATUS=serving"), "{healed:?}");
    atlas.stop().succeeds();
}

#[test]
fn manual_pages_and_completions_come_from_the_commands() {
    let folder = Folder::new();
    folder.run(&["manual", "."]).succeeds();
    let files = folder.contents();
    let page = |name: &str| String::from_utf8_lossy(files.get(name).unwrap_or_else(|| panic!("no {name}"))).replace('\\', "");
    assert!(page("catatlas.1").contains("catatlas-migrate(1)"), "{}", page("catatlas.1"));
    for part in ["--database", "CATATLAS_DATABASE", "--config", "SIGTERM"] {
        assert!(page("catatlas-serve.1").contains(part), "{part} is not in {}", page("catatlas-serve.1"));
    }
    for completion in ["catatlas.bash", "catatlas.fish", "_catatlas"] {
        assert!(page(completion).contains("healthcheck"), "{completion}");
    }
    folder.run(&["manual", "nowhere"]).fails();
}
