-- A number kept free: nothing changes.

INSERT INTO schema_versions VALUES (4, 3);
