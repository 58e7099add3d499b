-- Back to before sightings were sent under keys.

DROP TABLE idempotency_keys;
