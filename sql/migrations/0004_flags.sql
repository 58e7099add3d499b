-- Feature flags that somebody has set; the others are as the environment has them. And photos are counted, as sightings and cats are.

INSERT INTO schema_versions VALUES (4, 3);

CREATE TABLE flags (
  name      TEXT PRIMARY KEY,
  percent   INTEGER NOT NULL CHECK (percent BETWEEN 0 AND 100),  -- of people who have the feature: 0 is off, 100 is on
  updatedAt TEXT NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO totals VALUES ('photos', (SELECT count(*) FROM photos));
CREATE TRIGGER photos_counted_in AFTER INSERT ON photos BEGIN
  UPDATE totals SET total = total + 1 WHERE name = 'photos';
END;
CREATE TRIGGER photos_counted_out AFTER DELETE ON photos BEGIN
  UPDATE totals SET total = total - 1 WHERE name = 'photos';
END;
