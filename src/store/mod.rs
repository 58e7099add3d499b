//! The only SQL: one file a noun, `const` SQL beside the one function that runs it.

pub mod adoption;
pub mod analyses;
pub mod areas;
pub mod cats;
pub mod comments;
pub mod db;
pub mod entries;
pub mod error;
pub mod file;
pub mod geocoding;
pub mod identity;
pub mod insights;
mod keeping;
mod keyword_index;
mod keyword_search;
mod lock;
pub mod matching;
pub mod migrations;
pub mod photos;
mod place_index;
mod predecessor;
pub mod profiles;
pub mod refusal;
mod safety_copy;
pub mod search_index;
pub mod session;
mod tally;
mod word_index;
mod writer;

pub use db::Db;
pub use error::StoreError;
pub use refusal::Refusal;
pub use session::{Session, Tx};
