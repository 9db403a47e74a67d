-- What is known of faces to recognise whose they are. Read by SQLite and PostgreSQL alike.

-- The assets that were looked at for faces.
CREATE TABLE face_detection (
    asset_id UUID PRIMARY KEY REFERENCES asset (id) ON DELETE CASCADE,
    model TEXT NOT NULL
);

CREATE TABLE face_vector (
    face_id UUID PRIMARY KEY REFERENCES asset_face (id) ON DELETE CASCADE,
    owner_id UUID NOT NULL,
    model TEXT NOT NULL,
    -- As in `asset_vector`.
    vector BYTEA NOT NULL,
    change_id UUID NOT NULL,
    -- When it was found, in microseconds UTC.
    found_at BIGINT NOT NULL,
    -- Whether it is too much alone to be a new person's, and is tried once more when all others were.
    is_deferred BOOLEAN NOT NULL
);
CREATE INDEX face_vector_change ON face_vector (owner_id, model, change_id);
CREATE INDEX face_vector_found ON face_vector (found_at);
