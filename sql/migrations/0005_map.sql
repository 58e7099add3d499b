-- The map: how many sightings there are in each cell of a grid, so that no map has to read them.

INSERT INTO schema_versions VALUES (5, 5);  -- a release that does not count would leave the counts wrong

-- Cells of a grid in the projection of web maps. Level n, one of 2, 4, ... 20, has 2^n of them from west to east (x) and from north to
-- south (y). Sums of degrees are in ten millionths; `ids` are the ids of all, one over the other by exclusive or: of one alone, its id.
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
-- The same by month of what was seen (UTC, year * 12 + month - 1), for those whose time can be read.
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
