-- Accounts: who may come in, what they made, and what was done by whom. Times are RFC 3339 text of one width, so that they compare.

INSERT INTO schema_versions VALUES (3, 3);  -- a release that knows no accounts would let everybody do everything

CREATE TABLE accounts (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  username      TEXT NOT NULL COLLATE NOCASE UNIQUE CHECK (length(username) BETWEEN 2 AND 32),
  role          TEXT NOT NULL CHECK (role IN ('member', 'caretaker', 'admin')),
  password_hash TEXT NOT NULL CHECK (password_hash LIKE '$argon2id$%'),
  createdAt     TEXT NOT NULL,
  disabledAt    TEXT
) STRICT;

-- The account that made it; null where nobody was signed in.
ALTER TABLE entries ADD COLUMN created_by INTEGER REFERENCES accounts (id);
ALTER TABLE cats ADD COLUMN created_by INTEGER REFERENCES accounts (id);
ALTER TABLE cat_comments ADD COLUMN created_by INTEGER REFERENCES accounts (id);

-- One row a place where an account is signed in. Revoked ones stay until their time is over: so a stolen token is known as one.
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

-- Every token a session has had. One is exchanged for the next; shown again, it gives both holders away.
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

-- Pairs of sightings that somebody says do not show the same cat. The scores of matching know nothing of it.
CREATE TABLE not_same (
  low        INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
  high       INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
  createdAt  TEXT NOT NULL,
  created_by INTEGER REFERENCES accounts (id),
  PRIMARY KEY (low, high),
  CHECK (low < high)
) STRICT, WITHOUT ROWID;
CREATE INDEX not_same_by_high ON not_same (high);

-- What was done by whom. Nothing in it changes or goes; the name is the one the account had then.
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
