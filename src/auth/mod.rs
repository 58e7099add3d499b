//! Who somebody is: passwords, tokens, and how often one may guess.

pub mod attempts;
pub mod passwords;
pub mod secrets;
pub mod tokens;
