//! What an operator sees of a running server.

pub mod levels;
pub mod lines;
pub mod logs;
pub mod outlet;
