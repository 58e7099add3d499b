//! Makes databases of the predecessor with the rows a test needs.

use std::fs;
use std::path::Path;

use rusqlite::{Connection, params};

use super::{Folder, fixture};

/// An otherwise empty database in the predecessor's newest schema.
pub struct Predecessor {
    database: Connection,
    folder: Folder,
}

impl Predecessor {
    pub fn new() -> Self {
        let folder = Folder::new();
        fs::copy(fixture("legacy/v3.db"), folder.database()).unwrap();
        let database = Connection::open(folder.database()).unwrap();
        database
            .execute_batch("DELETE FROM cat_comments; DELETE FROM cat_insights; DELETE FROM analyses; DELETE FROM entries; DELETE FROM cats; DELETE FROM sqlite_sequence; BEGIN")
            .unwrap();
        Self { database, folder }
    }

    /// Sightings at one place, the first `assigned` of them of cat 1.
    pub fn with_sightings_at(self, lat: f64, lon: f64, count: i64, assigned: i64) -> Self {
        for id in 1..=count {
            let cat = (id <= assigned).then_some(1);
            self.database
                .execute(
                    "INSERT INTO entries (id, text, createdAt, location_lat, location_lon, cat_id) VALUES (?1, ?2, '2025-06-01T10:00:00Z', ?3, ?4, ?5)",
                    params![id, format!("sighting {id}"), lat, lon, cat],
                )
                .unwrap();
        }
        self
    }

    /// One sighting with the time as stored.
    pub fn with_sighting_seen(self, id: i64, created_at: &str) -> Self {
        self.database.execute("INSERT INTO entries (id, text, createdAt) VALUES (?1, 'a cat', ?2)", params![id, created_at]).unwrap();
        self
    }

    pub fn with_cats(self, count: i64) -> Self {
        for id in 1..=count {
            self.database
                .execute("INSERT INTO cats (id, name, createdAt) VALUES (?1, ?2, '2025-06-01T10:00:00Z')", params![id, format!("cat {id}")])
                .unwrap();
        }
        self
    }

    pub fn build(self) -> Folder {
        self.database.execute_batch("COMMIT").unwrap();
        self.database.close().unwrap();
        assert!(Path::new(&self.folder.database()).is_file());
        self.folder
    }
}
