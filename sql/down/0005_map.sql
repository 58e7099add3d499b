-- Back to before the map was counted.

DROP TABLE map_months;
DROP TABLE map_cells;
