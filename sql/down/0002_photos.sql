-- Back to before photos were kept in the database. Sightings keep the addresses of theirs.

DROP TRIGGER photos_let_go;
DROP TRIGGER photos_left_behind;
DROP INDEX entries_by_photo;
ALTER TABLE entries DROP COLUMN photo_hash;
DROP TABLE photo_pieces;
DROP TABLE photos;
