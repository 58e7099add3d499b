//! The program from inside, on real files.

mod adoption;
mod database_files;
mod schema;
