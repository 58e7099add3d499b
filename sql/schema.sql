-- Made by the migrations: CATATLAS_WRITE_SCHEMA=1 cargo test --test api schema

CREATE TABLE schema_versions (
  version     INTEGER PRIMARY KEY,
  usable_from INTEGER NOT NULL CHECK (usable_from BETWEEN 1 AND version)
) STRICT;

CREATE TABLE cats (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  name      TEXT,
  createdAt TEXT NOT NULL,
  updatedAt TEXT,
  adopted   INTEGER NOT NULL DEFAULT 0 CHECK (adopted IN (0, 1)), created_by INTEGER REFERENCES accounts (id),
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
  adopted             INTEGER NOT NULL DEFAULT 0 CHECK (adopted IN (0, 1)), photo_hash TEXT GENERATED ALWAYS AS (
  CASE WHEN instr(photo_url, '/photos/') > 0 THEN substr(photo_url, instr(photo_url, '/photos/') + 8, 64) END) VIRTUAL, created_by INTEGER REFERENCES accounts (id),
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
, analyzer TEXT) STRICT;

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
  adopted     INTEGER NOT NULL DEFAULT 0 CHECK (adopted IN (0, 1)), created_by INTEGER REFERENCES accounts (id),
  CHECK (id > 0 OR adopted),
  CHECK (adopted OR (length(author_name) BETWEEN 1 AND 100 AND length(content) BETWEEN 1 AND 2000))
) STRICT;

CREATE INDEX cat_comments_by_cat_and_time ON cat_comments (cat_id, createdAt DESC);

CREATE TABLE orphans (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  source_table TEXT NOT NULL,
  source_id    INTEGER NOT NULL,
  reason       TEXT NOT NULL,
  row_json     TEXT NOT NULL CHECK (json_valid(row_json))
) STRICT;

CREATE TABLE settings (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE totals (
  name  TEXT PRIMARY KEY,
  total INTEGER NOT NULL CHECK (total >= 0)
) STRICT, WITHOUT ROWID;

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

CREATE VIRTUAL TABLE entry_places USING rtree (entry_id, min_lat, max_lat, min_lon, max_lon);

CREATE VIRTUAL TABLE entry_words USING fts5 (
  text, nickname, location, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 2");

CREATE TABLE keyword_postings (
  word    TEXT NOT NULL,
  field   INTEGER NOT NULL CHECK (field IN (0, 1)),
  chunk   INTEGER NOT NULL,
  entries BLOB NOT NULL CHECK (length(entries) BETWEEN 2 AND 960),
  PRIMARY KEY (word, field, chunk)
) STRICT, WITHOUT ROWID;

CREATE TABLE newest_postings (
  word    TEXT NOT NULL,
  field   INTEGER NOT NULL CHECK (field IN (0, 1)),
  chunk   INTEGER NOT NULL,
  entries BLOB NOT NULL CHECK (length(entries) BETWEEN 2 AND 960),
  PRIMARY KEY (word, field)
) STRICT, WITHOUT ROWID;

CREATE TABLE keyword_sizes (
  block INTEGER PRIMARY KEY,
  sizes BLOB NOT NULL CHECK (length(sizes) = 3840)
) STRICT;

CREATE TABLE photos (
  hash     TEXT PRIMARY KEY CHECK (length(hash) = 64 AND hash NOT GLOB '*[^0-9a-f]*'),
  loose_us INTEGER  -- since when perhaps no sighting shows it, as microseconds since 1970; null where one did when last looked up
) STRICT, WITHOUT ROWID;

CREATE INDEX photos_loose ON photos (loose_us) WHERE loose_us IS NOT NULL;

CREATE TABLE photo_pieces (
  hash      TEXT NOT NULL REFERENCES photos (hash) ON DELETE CASCADE,
  rendition INTEGER NOT NULL CHECK (rendition IN (0, 1)),  -- 0 the photo, 1 its thumbnail
  number    INTEGER NOT NULL CHECK (number >= 0),
  bytes     BLOB NOT NULL CHECK (length(bytes) BETWEEN 1 AND 131072),
  PRIMARY KEY (hash, rendition, number)
) STRICT;

CREATE INDEX entries_by_photo ON entries (photo_hash) WHERE photo_hash IS NOT NULL;

CREATE TRIGGER photos_let_go AFTER UPDATE OF photo_url ON entries WHEN OLD.photo_hash IS NOT NEW.photo_hash BEGIN
  UPDATE photos SET loose_us = CAST(unixepoch('subsec') * 1000000 AS INTEGER) WHERE hash = OLD.photo_hash;
END;

CREATE TRIGGER photos_left_behind AFTER DELETE ON entries WHEN OLD.photo_hash IS NOT NULL BEGIN
  UPDATE photos SET loose_us = CAST(unixepoch('subsec') * 1000000 AS INTEGER) WHERE hash = OLD.photo_hash;
END;

CREATE TABLE accounts (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  username      TEXT NOT NULL COLLATE NOCASE UNIQUE CHECK (length(username) BETWEEN 2 AND 32),
  role          TEXT NOT NULL CHECK (role IN ('member', 'caretaker', 'admin')),
  password_hash TEXT NOT NULL CHECK (password_hash LIKE '$argon2id$%'),
  createdAt     TEXT NOT NULL,
  disabledAt    TEXT
) STRICT;

CREATE TABLE sessions (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  client     TEXT,
  createdAt  TEXT NOT NULL,
  usedAt     TEXT NOT NULL,
  expiresAt  TEXT NOT NULL,
  revokedAt  TEXT
) STRICT;

CREATE INDEX sessions_by_account ON sessions (account_id);

CREATE INDEX sessions_by_expiry ON sessions (expiresAt);

CREATE TABLE refresh_tokens (
  hash       TEXT PRIMARY KEY,
  session_id INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  usedAt     TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id);

CREATE TABLE api_tokens (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  name       TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  scopes     TEXT NOT NULL,
  hash       TEXT NOT NULL UNIQUE,
  createdAt  TEXT NOT NULL,
  expiresAt  TEXT NOT NULL
) STRICT;

CREATE INDEX api_tokens_by_account ON api_tokens (account_id);

CREATE TABLE invites (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  hash      TEXT NOT NULL UNIQUE,
  role      TEXT NOT NULL CHECK (role IN ('member', 'caretaker', 'admin')),
  is_set_up INTEGER NOT NULL CHECK (is_set_up IN (0, 1)),  -- for the first account of an atlas
  createdAt TEXT NOT NULL,
  expiresAt TEXT NOT NULL,
  usedAt    TEXT,
  used_by   INTEGER REFERENCES accounts (id)
) STRICT;

CREATE UNIQUE INDEX invites_one_set_up ON invites (is_set_up) WHERE is_set_up = 1;

CREATE TABLE not_same (
  low        INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
  high       INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
  createdAt  TEXT NOT NULL,
  created_by INTEGER REFERENCES accounts (id),
  PRIMARY KEY (low, high),
  CHECK (low < high)
) STRICT, WITHOUT ROWID;

CREATE INDEX not_same_by_high ON not_same (high);

CREATE TABLE audit (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  at        TEXT NOT NULL,
  actor_id  INTEGER REFERENCES accounts (id),
  actor     TEXT NOT NULL,
  deed      TEXT NOT NULL,
  object    TEXT NOT NULL,
  object_id INTEGER,
  details   TEXT NOT NULL CHECK (json_valid(details))
) STRICT;

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN
  SELECT RAISE(ABORT, 'the audit is only ever added to');
END;

CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit BEGIN
  SELECT RAISE(ABORT, 'the audit is only ever added to');
END;

CREATE TRIGGER audit_is_not_replaced BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id) BEGIN
  SELECT RAISE(ABORT, 'the audit is only ever added to');
END;

CREATE TABLE flags (
  name      TEXT PRIMARY KEY,
  percent   INTEGER NOT NULL CHECK (percent BETWEEN 0 AND 100),  -- of people who have the feature: 0 is off, 100 is on
  updatedAt TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER photos_counted_in AFTER INSERT ON photos BEGIN
  UPDATE totals SET total = total + 1 WHERE name = 'photos';
END;

CREATE TRIGGER photos_counted_out AFTER DELETE ON photos BEGIN
  UPDATE totals SET total = total - 1 WHERE name = 'photos';
END;

CREATE TABLE map_cells (
  level  INTEGER NOT NULL CHECK (level BETWEEN 2 AND 20),
  x      INTEGER NOT NULL,
  y      INTEGER NOT NULL,
  total  INTEGER NOT NULL,
  lat_e7 INTEGER NOT NULL,
  lon_e7 INTEGER NOT NULL,
  ids    INTEGER NOT NULL,
  PRIMARY KEY (level, x, y)
) STRICT, WITHOUT ROWID;

CREATE TABLE map_months (
  level  INTEGER NOT NULL CHECK (level BETWEEN 2 AND 20),
  x      INTEGER NOT NULL,
  y      INTEGER NOT NULL,
  month  INTEGER NOT NULL,
  total  INTEGER NOT NULL,
  lat_e7 INTEGER NOT NULL,
  lon_e7 INTEGER NOT NULL,
  ids    INTEGER NOT NULL,
  PRIMARY KEY (level, x, y, month)
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency_keys (
  account_id INTEGER NOT NULL,  -- 0 where nobody was signed in
  key        TEXT NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
  asked      TEXT NOT NULL CHECK (length(asked) = 64),  -- SHA-256 of what was sent under it
  entry_id   INTEGER NOT NULL,  -- the sighting that came of it; it may be gone
  created_us INTEGER NOT NULL,
  PRIMARY KEY (account_id, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_keys_by_time ON idempotency_keys (created_us);
