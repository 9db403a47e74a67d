-- How far a job that takes long has come, in percent, as of its last renewal; null while it does not say.
-- Read by SQLite and PostgreSQL alike.
ALTER TABLE job ADD COLUMN progress BIGINT;

-- The queues, by the API's names, whose jobs are not begun at present.
CREATE TABLE paused_queue (
    name TEXT PRIMARY KEY
);
