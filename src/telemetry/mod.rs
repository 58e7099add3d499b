//! What an operator sees of a running server.

pub mod logs;
