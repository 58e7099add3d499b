//! The only SQL: one file a noun, `const` SQL beside the one function that runs it.

pub mod cats;
pub mod comments;
pub mod db;
pub mod entries;
pub mod error;
pub mod search_index;
pub mod session;
mod writer;

pub use db::Db;
pub use error::StoreError;
pub use session::{Session, Tx};
