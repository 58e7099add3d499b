//! Who is told how long the database takes.

use std::fmt::Debug;
use std::time::Duration;

/// A kind of question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Query {
    /// A snapshot, read on a thread of its own.
    Read,
    /// A row or two by key.
    LookUp,
    /// A write, from the queue to the disk.
    Write,
}

impl Query {
    pub const ALL: [Self; 3] = [Self::Read, Self::LookUp, Self::Write];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::LookUp => "look_up",
            Self::Write => "write",
        }
    }
}

/// Is told of every question. It must be quick: it is told by who asks, and by the writer.
pub trait Observer: Debug + Send + Sync {
    fn asked(&self, query: Query, took: Duration);

    /// A batch of so many writes was committed, or given up, within this time.
    fn committed(&self, writes: usize, took: Duration);
}

/// Nobody wants to know.
impl Observer for () {
    fn asked(&self, _: Query, _: Duration) {}

    fn committed(&self, _: usize, _: Duration) {}
}
