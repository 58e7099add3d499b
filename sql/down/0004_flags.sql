-- Back to before features were switched here, photos were counted, and analyses by models told from others.

DROP TRIGGER photos_counted_out;
DROP TRIGGER photos_counted_in;
DELETE FROM totals WHERE name = 'photos';
DROP TABLE flags;
ALTER TABLE analyses DROP COLUMN analyzer;
