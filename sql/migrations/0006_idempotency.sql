-- Keys under which clients log a sighting once, however often they send it. They are forgotten after some days.

INSERT INTO schema_versions VALUES (6, 5);

CREATE TABLE idempotency_keys (
  account_id INTEGER NOT NULL,  -- 0 where nobody was signed in
  key        TEXT NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
  asked      TEXT NOT NULL CHECK (length(asked) = 64),  -- SHA-256 of what was sent under it
  entry_id   INTEGER NOT NULL,  -- the sighting that came of it; it may be gone
  created_us INTEGER NOT NULL,
  PRIMARY KEY (account_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_keys_by_time ON idempotency_keys (created_us);
