-- A queue that is claimed from through indexes. Read by SQLite and PostgreSQL alike.

-- Its condition names a column that goes.
DROP INDEX job_next;

-- Where the job waits: the workers that do it, and what the API calls its queue.
ALTER TABLE job ADD COLUMN lane TEXT NOT NULL DEFAULT 'pictures';
ALTER TABLE job ADD COLUMN queue TEXT NOT NULL DEFAULT 'backgroundTask';
-- scheduled: not before run_at; ready: may be claimed now; leased: a worker's until leased_until; failed: not tried again.
ALTER TABLE job ADD COLUMN state TEXT NOT NULL DEFAULT 'scheduled';
-- Another one for each claim: only who has it may renew, complete or fail the job.
ALTER TABLE job ADD COLUMN lease_token UUID;

UPDATE job SET
    lane = CASE kind WHEN 'transcode-video' THEN 'videos' WHEN 'send-mail' THEN 'mail' ELSE 'pictures' END,
    queue = CASE kind
        WHEN 'extract-metadata' THEN 'metadataExtraction'
        WHEN 'generate-thumbnails' THEN 'thumbnailGeneration'
        WHEN 'transcode-video' THEN 'videoConversion'
        WHEN 'write-sidecar' THEN 'sidecar'
        WHEN 'send-mail' THEN 'notifications'
        ELSE 'backgroundTask' END,
    state = CASE WHEN is_dead = TRUE THEN 'failed' ELSE 'scheduled' END,
    leased_until = NULL;

ALTER TABLE job DROP COLUMN is_dead;

-- The next job of a queue, whatever else waits.
CREATE INDEX job_ready ON job (lane, queue, priority, run_at) WHERE state = 'ready';
-- What becomes ready by the clock: jobs whose time comes, and jobs whose worker is no more.
CREATE INDEX job_scheduled ON job (lane, run_at) WHERE state = 'scheduled';
CREATE INDEX job_leased ON job (lane, leased_until) WHERE state = 'leased';
-- What administrators see: how many are in which state, and the jobs themselves.
CREATE INDEX job_state ON job (queue, state, created_at, id);
CREATE INDEX job_created ON job (created_at, id);
