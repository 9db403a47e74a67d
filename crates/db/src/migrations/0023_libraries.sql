-- External libraries: folders whose files become assets and stay where they are. Read by SQLite and PostgreSQL alike.
CREATE TABLE library (
    id UUID PRIMARY KEY,
    owner_id UUID NOT NULL REFERENCES account (id),
    name TEXT NOT NULL,
    -- Lists of texts, as JSON.
    import_paths TEXT NOT NULL,
    exclusion_patterns TEXT NOT NULL,
    -- When it was scanned last.
    refreshed_at BIGINT,
    -- Since when it is being removed, with its assets.
    deleted_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    update_id UUID NOT NULL
);
CREATE INDEX library_owner ON library (owner_id);
CREATE INDEX library_update ON library (update_id);

-- Since when the file of a library's asset is gone.
ALTER TABLE asset ADD COLUMN offline_at BIGINT;

-- The files of libraries as the last scan saw them.
CREATE TABLE library_file (
    asset_id UUID PRIMARY KEY REFERENCES asset (id) ON DELETE CASCADE,
    library_id UUID NOT NULL REFERENCES library (id),
    -- That of its asset's original.
    path TEXT NOT NULL,
    -- By these a file is known again that was moved. NULL until a scan has seen it.
    device BIGINT,
    inode BIGINT,
    size BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    -- NULL without a sidecar.
    sidecar_modified_at BIGINT,
    -- SHA-256; NULL until it is made.
    content_hash BYTEA,
    is_offline BOOLEAN NOT NULL
);
CREATE UNIQUE INDEX library_file_path ON library_file (library_id, path);
CREATE INDEX library_file_asset ON library_file (library_id, asset_id);
CREATE INDEX library_file_inode ON library_file (library_id, inode);
CREATE INDEX library_file_hash ON library_file (library_id, size, content_hash) WHERE content_hash IS NOT NULL;
CREATE INDEX library_file_unhashed ON library_file (library_id, asset_id) WHERE content_hash IS NULL AND is_offline = FALSE;

-- Files whose assets were deleted for good while they were there: no scan takes them again.
CREATE TABLE library_refusal (
    library_id UUID NOT NULL REFERENCES library (id) ON DELETE CASCADE,
    path TEXT NOT NULL,
    PRIMARY KEY (library_id, path)
);

-- What a library holds, as statistics tell it. Triggers keep it; see `asset_count`.
CREATE TABLE library_count (
    library_id UUID NOT NULL REFERENCES library (id) ON DELETE CASCADE,
    type TEXT NOT NULL,
    slot BIGINT NOT NULL,
    assets BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    PRIMARY KEY (library_id, type, slot)
);

CREATE INDEX asset_offline ON asset (owner_id, id) WHERE offline_at IS NOT NULL;
