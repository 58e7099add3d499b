-- The atlas: sightings, cats and what is said and found out about them.
-- `adopted` marks rows that came from the predecessor: they keep their values, even where today's bounds are narrower.

PRAGMA application_id = 0x43617441;  -- `CatA`: how a file says that it is one of ours

-- One row a schema version this file has been through. A release that knows only older ones may use the file
-- if it knows `usable_from`.
CREATE TABLE schema_versions (
  version     INTEGER PRIMARY KEY,
  usable_from INTEGER NOT NULL CHECK (usable_from BETWEEN 1 AND version)
) STRICT;
INSERT INTO schema_versions VALUES (1, 1);

CREATE TABLE cats (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  name      TEXT,
  createdAt TEXT NOT NULL,
  updatedAt TEXT,
  adopted   INTEGER NOT NULL DEFAULT 0 CHECK (adopted IN (0, 1)),
  CHECK (id > 0 OR adopted),
  CHECK (name IS NULL OR adopted OR length(name) BETWEEN 1 AND 100)
) STRICT;

CREATE TABLE entries (
  id                  INTEGER PRIMARY KEY AUTOINCREMENT,
  text                TEXT NOT NULL,
  createdAt           TEXT NOT NULL,
  isFavorite          INTEGER NOT NULL DEFAULT 0 CHECK (isFavorite IN (0, 1)),
  nickname            TEXT,
  location            TEXT,
  cat_id              INTEGER REFERENCES cats (id) ON DELETE SET NULL,
  photo_url           TEXT,
  location_normalized TEXT,
  location_lat        REAL,
  location_lon        REAL,
  location_osm_id     TEXT,
  location_street     TEXT,
  location_number     TEXT,
  location_zip        TEXT,
  location_city       TEXT,
  location_country    TEXT,
  created_us          INTEGER,          -- createdAt as microseconds since 1970, null where it cannot be read
  adopted             INTEGER NOT NULL DEFAULT 0 CHECK (adopted IN (0, 1)),
  CHECK (id > 0 OR adopted),
  CHECK (adopted OR (
    length(text) BETWEEN 1 AND 5000
    AND (nickname IS NULL OR length(nickname) BETWEEN 1 AND 100)
    AND (photo_url IS NULL OR length(photo_url) BETWEEN 1 AND 1000)
    AND (location_street IS NULL OR length(location_street) BETWEEN 1 AND 200)
    AND (location_number IS NULL OR length(location_number) BETWEEN 1 AND 20)
    AND (location_zip IS NULL OR length(location_zip) BETWEEN 1 AND 20)
    AND (location_city IS NULL OR length(location_city) BETWEEN 1 AND 100)
    AND (location_country IS NULL OR length(location_country) BETWEEN 1 AND 100)
    AND (location_lat IS NULL) = (location_lon IS NULL)
    AND (location_lat IS NULL OR location_lat BETWEEN -90 AND 90)
    AND (location_lon IS NULL OR location_lon BETWEEN -180 AND 180)))
) STRICT;

-- Also finds the unassigned ones, newest first: cat_id IS NULL, then the row's id.
CREATE INDEX entries_by_cat ON entries (cat_id);
CREATE INDEX entries_by_cat_and_time ON entries (cat_id, createdAt DESC) WHERE cat_id IS NOT NULL;
CREATE INDEX entries_favorite ON entries (isFavorite) WHERE isFavorite = 1;
CREATE INDEX entries_by_time ON entries (created_us);

CREATE TABLE analyses (
  entry_id  INTEGER PRIMARY KEY REFERENCES entries (id) ON DELETE CASCADE,
  text_hash TEXT NOT NULL,
  summary   TEXT NOT NULL,
  tags_json TEXT NOT NULL CHECK (json_valid(tags_json)),
  sentiment TEXT NOT NULL,
  createdAt TEXT NOT NULL,
  updatedAt TEXT NOT NULL
) STRICT;

CREATE TABLE cat_insights (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  cat_id         INTEGER NOT NULL REFERENCES cats (id) ON DELETE CASCADE,
  mode           TEXT NOT NULL,
  prompt_version TEXT NOT NULL,
  context_hash   TEXT NOT NULL,
  insight_json   TEXT NOT NULL CHECK (json_valid(insight_json)),
  createdAt      TEXT NOT NULL,
  updatedAt      TEXT NOT NULL,
  CONSTRAINT insight_of_one_context UNIQUE (cat_id, mode, prompt_version, context_hash)
) STRICT;

CREATE TABLE cat_comments (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  cat_id      INTEGER NOT NULL REFERENCES cats (id) ON DELETE CASCADE,
  author_name TEXT NOT NULL,
  content     TEXT NOT NULL,
  createdAt   TEXT NOT NULL,
  updatedAt   TEXT NOT NULL,
  adopted     INTEGER NOT NULL DEFAULT 0 CHECK (adopted IN (0, 1)),
  CHECK (id > 0 OR adopted),
  CHECK (adopted OR (length(author_name) BETWEEN 1 AND 100 AND length(content) BETWEEN 1 AND 2000))
) STRICT;
CREATE INDEX cat_comments_by_cat_and_time ON cat_comments (cat_id, createdAt DESC);

-- Rows of an adopted database that foreign keys do not allow: kept here, not dropped.
CREATE TABLE orphans (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  source_table TEXT NOT NULL,
  source_id    INTEGER NOT NULL,
  reason       TEXT NOT NULL,
  row_json     TEXT NOT NULL CHECK (json_valid(row_json))
) STRICT;

-- What the instance keeps about itself: one row a name.
CREATE TABLE settings (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Row counts, so that a total costs no scan.
CREATE TABLE totals (
  name  TEXT PRIMARY KEY,
  total INTEGER NOT NULL CHECK (total >= 0)
) STRICT, WITHOUT ROWID;
INSERT INTO totals VALUES ('cats', 0), ('entries', 0);
CREATE TRIGGER cats_counted_in AFTER INSERT ON cats BEGIN
  UPDATE totals SET total = total + 1 WHERE name = 'cats';
END;
CREATE TRIGGER cats_counted_out AFTER DELETE ON cats BEGIN
  UPDATE totals SET total = total - 1 WHERE name = 'cats';
END;
CREATE TRIGGER entries_counted_in AFTER INSERT ON entries BEGIN
  UPDATE totals SET total = total + 1 WHERE name = 'entries';
END;
CREATE TRIGGER entries_counted_out AFTER DELETE ON entries BEGIN
  UPDATE totals SET total = total - 1 WHERE name = 'entries';
END;

-- Three indexes that store/search_index keeps beside entries: places, words for people, keywords for matching.
CREATE VIRTUAL TABLE entry_places USING rtree (entry_id, min_lat, max_lat, min_lon, max_lon);
CREATE VIRTUAL TABLE entry_words USING fts5 (
  text, nickname, location, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 2");
-- Which entries have a keyword in a field (0 text, 1 location): one row for every 7,680 ids (chunk = id / 7680, rounded down).
-- `entries` holds their places in the chunk: as a list, two bytes each, or as a bitmap of 960 bytes where that is shorter;
-- that much fits in a leaf of the table without overflow pages. By word first, as it is read ...
CREATE TABLE keyword_postings (
  word    TEXT NOT NULL,
  field   INTEGER NOT NULL CHECK (field IN (0, 1)),
  chunk   INTEGER NOT NULL,
  entries BLOB NOT NULL CHECK (length(entries) BETWEEN 2 AND 960),
  PRIMARY KEY (word, field, chunk)
) STRICT, WITHOUT ROWID;
-- ... but for the newest chunk, whose rows lie together as they are written. They move over when the next chunk begins.
CREATE TABLE newest_postings (
  word    TEXT NOT NULL,
  field   INTEGER NOT NULL CHECK (field IN (0, 1)),
  chunk   INTEGER NOT NULL,
  entries BLOB NOT NULL CHECK (length(entries) BETWEEN 2 AND 960),
  PRIMARY KEY (word, field)
) STRICT, WITHOUT ROWID;
-- How many keywords an entry has: one row for every 1,920 ids (block = id / 1920, rounded down), two bytes an id: keywords of the
-- text (255 = or more), keywords of the location (127 = or more) plus 128 if it has coordinates.
CREATE TABLE keyword_sizes (
  block INTEGER PRIMARY KEY,
  sizes BLOB NOT NULL CHECK (length(sizes) = 3840)
) STRICT;
