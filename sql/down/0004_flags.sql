-- Back to before features were switched here, and photos were counted.

DROP TRIGGER photos_counted_out;
DROP TRIGGER photos_counted_in;
DELETE FROM totals WHERE name = 'photos';
DROP TABLE flags;
