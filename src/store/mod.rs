//! The only SQL: one file a noun, `const` SQL beside the one function that runs it.

pub mod error;
pub mod geocoding;
pub mod search_index;
pub mod session;

pub use error::StoreError;
pub use session::{Session, Tx};
