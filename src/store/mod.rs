//! The only SQL: one file a noun, `const` SQL beside the one function that runs it.

pub mod areas;
pub mod cats;
pub mod comments;
pub mod db;
pub mod entries;
pub mod error;
mod keyword_index;
mod keyword_search;
pub mod matching;
mod place_index;
pub mod search_index;
pub mod session;
mod tally;
mod word_index;
mod writer;

pub use db::Db;
pub use error::StoreError;
pub use session::{Session, Tx};
