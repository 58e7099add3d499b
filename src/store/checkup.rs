//! A close look at a database of ours: whether it is whole, and whether its indexes say what its tables say.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, OptionalExtension as _, TransactionBehavior};
use sha2::{Digest as _, Sha256};

use super::error::{self, StoreError};
use super::file::{beside, integrity, locate, open_writer};
use super::lock::Lock;
use super::refusal::{Reason, Refusal, Result, engine};
use super::safety_copy::hash_rows;
use super::search_index;
use super::snapshot::broken_reference;

/// A part of a database that can be right or wrong by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Pages,
    References,
    /// The R*Tree of places.
    Places,
    /// The index of words for people.
    Words,
    /// The index of keywords for matching.
    Keywords,
}

impl Part {
    const INDEXES: [(Self, &'static [&'static str]); 3] = [
        (Self::Places, &["SELECT * FROM entry_places ORDER BY entry_id"]),
        (Self::Words, &["SELECT term, doc, col, offset FROM temp.said ORDER BY 1, 2, 3, 4"]),
        (
            Self::Keywords,
            &[
                "SELECT word, field, chunk, entries FROM keyword_postings
                 UNION ALL SELECT word, field, chunk, entries FROM newest_postings ORDER BY 1, 2, 3",
                "SELECT block, sizes FROM keyword_sizes WHERE sizes <> zeroblob(3840) ORDER BY block",
            ],
        ),
    ];
}

/// What is wrong with a copy that nobody else has, each part with a word on how. Its indexes are made anew on the way.
///
/// # Errors
/// It cannot be looked at.
pub fn faults(copy: &Path) -> Result<Vec<(Part, String)>> {
    let engine = engine(copy, "checking");
    let mut connection = Connection::open_with_flags(copy, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(&engine)?;
    if let Err(Refusal { reason, .. }) = integrity(&connection, copy) {
        let Reason::Damaged(how) = reason else { return Err(reason.of(copy)) };
        return Ok(vec![(Part::Pages, how)]);
    }
    let mut faults = Vec::new();
    if let Some(table) = broken_reference(&connection).map_err(&engine)? {
        faults.push((Part::References, format!("a row of {table} refers to another that is not there")));
    }
    faults.extend(wrong_indexes(&mut connection).map_err(|error| failed(copy, error))?);
    Ok(faults)
}

/// Those indexes that would say something else if they were made anew.
fn wrong_indexes(connection: &mut Connection) -> error::Result<Vec<(Part, String)>> {
    connection.execute_batch("CREATE VIRTUAL TABLE temp.said USING fts5vocab (main, entry_words, instance)")?;
    let before = said(connection)?;
    let tx = connection.transaction()?;
    search_index::rebuild(&tx)?;
    let after = said(&tx)?;
    let wrong = Part::INDEXES.iter().zip(before.iter().zip(&after)).filter(|(_, (before, after))| before != after);
    Ok(wrong.map(|((part, _), _)| (*part, "it does not say what the sightings say".to_owned())).collect())
}

fn said(connection: &Connection) -> error::Result<Vec<[u8; 32]>> {
    let said = Part::INDEXES.iter().map(|(_, queries)| {
        let mut hash = Sha256::new();
        for sql in *queries {
            hash_rows(connection, sql, &mut hash)?;
        }
        Ok(hash.finalize().into())
    });
    said.collect()
}

/// Makes the indexes of a database anew, which no server may be using.
///
/// # Errors
/// It is in use, or cannot be written.
pub fn mend(file: &Path) -> Result<()> {
    let file = locate(file)?;
    let _lock = Lock::take(&file)?;
    let mend = || -> error::Result<()> {
        let mut connection = open_writer(&file)?;
        let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        search_index::rebuild(&tx)?;
        tx.commit()?;
        Ok(connection.close().map_err(|(_, error)| error)?)
    };
    mend().map_err(|error| failed(&file, error))
}

fn failed(file: &Path, error: StoreError) -> Refusal {
    match error {
        StoreError::Engine(error) => engine(file, "checking")(error),
        other => Reason::Failed("checking", other.to_string()).of(file),
    }
}

/// The size of the write-ahead log in bytes.
pub fn log_size(file: &Path) -> u64 {
    std::fs::metadata(beside(file, "-wal")).map_or(0, |log| log.len())
}

const NEWEST: &str = "SELECT created_us FROM entries WHERE created_us IS NOT NULL ORDER BY created_us DESC LIMIT 1";

/// When the newest sighting is from, in microseconds since 1970.
///
/// # Errors
/// It cannot be read.
pub fn newest(copy: &Path) -> Result<Option<i64>> {
    let engine = engine(copy, "reading");
    let connection = Connection::open_with_flags(copy, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(&engine)?;
    connection.query_row(NEWEST, [], |row| row.get(0)).optional().map_err(engine)
}
