-- Back to before there were accounts. Who made what is forgotten, what was made stays.

DROP TABLE audit;
DROP TABLE not_same;
DROP TABLE invites;
DROP TABLE api_tokens;
DROP TABLE refresh_tokens;
DROP TABLE sessions;
ALTER TABLE cat_comments DROP COLUMN created_by;
ALTER TABLE cats DROP COLUMN created_by;
ALTER TABLE entries DROP COLUMN created_by;
DROP TABLE accounts;
DELETE FROM settings WHERE name = 'jwt_secret';
