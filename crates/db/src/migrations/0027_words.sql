-- Which words find an asset. Read by SQLite and PostgreSQL alike.

-- What has other words than the index says: an asset, or a tag or a person with all of their assets. Triggers note it. The
-- transaction itself puts it right before it is committed, or a job does where it is much.
CREATE TABLE word_due (
    kind TEXT NOT NULL CHECK (kind IN ('asset', 'person', 'tag')),
    id UUID NOT NULL,
    -- Whether the job does it.
    is_deferred BOOLEAN NOT NULL,
    -- The last asset of the tag or person that is done.
    done_through UUID,
    PRIMARY KEY (kind, id)
);
CREATE INDEX word_due_now ON word_due (kind, id) WHERE is_deferred = FALSE;

INSERT INTO word_due (kind, id, is_deferred) SELECT 'asset', id, TRUE FROM asset;
