-- Photos, named by what they hold: equal ones are stored once.

INSERT INTO schema_versions VALUES (2, 1);

CREATE TABLE photos (
  hash     TEXT PRIMARY KEY CHECK (length(hash) = 64 AND hash NOT GLOB '*[^0-9a-f]*'),
  loose_us INTEGER  -- since when perhaps no sighting shows it, as microseconds since 1970; null where one did when last looked up
) STRICT, WITHOUT ROWID;
CREATE INDEX photos_loose ON photos (loose_us) WHERE loose_us IS NOT NULL;

-- The bytes, in pieces of 128 KiB: whoever reads slowly holds one of them, not the photo and not a connection.
CREATE TABLE photo_pieces (
  hash      TEXT NOT NULL REFERENCES photos (hash) ON DELETE CASCADE,
  rendition INTEGER NOT NULL CHECK (rendition IN (0, 1)),  -- 0 the photo, 1 its thumbnail
  number    INTEGER NOT NULL CHECK (number >= 0),
  bytes     BLOB NOT NULL CHECK (length(bytes) BETWEEN 1 AND 131072),
  PRIMARY KEY (hash, rendition, number)
) STRICT;

-- Which photo of ours a sighting shows, whatever host its address names. The engine itself keeps this and its index right, whoever
-- writes, changes or deletes a sighting.
ALTER TABLE entries ADD COLUMN photo_hash TEXT GENERATED ALWAYS AS (
  CASE WHEN instr(photo_url, '/photos/') > 0 THEN substr(photo_url, instr(photo_url, '/photos/') + 8, 64) END) VIRTUAL;
CREATE INDEX entries_by_photo ON entries (photo_hash) WHERE photo_hash IS NOT NULL;

-- A photo that a sighting lets go of has another day.
CREATE TRIGGER photos_let_go AFTER UPDATE OF photo_url ON entries WHEN OLD.photo_hash IS NOT NEW.photo_hash BEGIN
  UPDATE photos SET loose_us = CAST(unixepoch('subsec') * 1000000 AS INTEGER) WHERE hash = OLD.photo_hash;
END;
CREATE TRIGGER photos_left_behind AFTER DELETE ON entries WHEN OLD.photo_hash IS NOT NULL BEGIN
  UPDATE photos SET loose_us = CAST(unixepoch('subsec') * 1000000 AS INTEGER) WHERE hash = OLD.photo_hash;
END;
