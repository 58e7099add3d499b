//! What every test here stands on: a folder, the program, its answers, and the files it starts from.

mod answer;
mod atlas;
mod collector;
mod fixtures;
mod folder;
mod form;
mod load;
mod nominatim;
mod person;
mod predecessor;
mod raw;
mod rows;

use std::time::{Duration, Instant};

pub use answer::{Answer, problem, problem_at};
pub use atlas::Atlas;
pub use collector::Collector;
pub use fixtures::{GOLDEN_DATABASE, LEGACY, copies_and_originals, fixture};
pub use folder::{Finished, Folder, Running, SomeoneElse};
pub use form::{FORM, Form};
pub use load::{are_all_there, write_until_it_ends};
pub use nominatim::{Nominatim, Says};
pub use person::{PASSWORD, Person};
pub use predecessor::Predecessor;
pub use raw::Raw;
pub use rows::{Row, columns, dump, ids, integrity, rows, sequences, tables};

/// No request, start or stop of the program may take longer: what does is a hang.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Asks again until there is an answer, and fails with `what` when [`PATIENCE`] (three of them for a whole process) is over.
#[track_caller]
pub fn wait_for<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + 3 * PATIENCE;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < deadline, "waited too long for {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
