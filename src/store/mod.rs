//! The only SQL: one file a noun, `const` SQL beside the one function that runs it.

pub mod adoption;
pub mod error;
pub mod file;
pub mod identity;
mod keeping;
mod lock;
pub mod migrations;
mod predecessor;
pub mod refusal;
mod safety_copy;
pub mod search_index;
pub mod session;

pub use error::StoreError;
pub use refusal::Refusal;
pub use session::{Session, Tx};
