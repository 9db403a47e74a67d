-- The library: accounts, assets, what is known of them, who may see them, and the work they need.
-- Read by SQLite and PostgreSQL alike. Times are microseconds UTC.

CREATE TABLE library (
    id UUID PRIMARY KEY,
    created_at BIGINT NOT NULL
);

CREATE TABLE account (
    id UUID PRIMARY KEY,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    pin_hash TEXT,
    is_admin BOOLEAN NOT NULL,
    should_change_password BOOLEAN NOT NULL,
    avatar_color TEXT NOT NULL,
    quota_bytes BIGINT,
    profile_changed_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    update_id UUID NOT NULL
);
-- Addresses are stored in lower case.
CREATE UNIQUE INDEX account_email ON account (email);
CREATE INDEX account_update ON account (update_id);

CREATE TABLE session (
    id UUID PRIMARY KEY,
    user_id UUID NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    token_hash BYTEA NOT NULL,
    device_type TEXT NOT NULL,
    device_os TEXT NOT NULL,
    is_pending_sync_reset BOOLEAN NOT NULL,
    pin_expires_at BIGINT,
    expires_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX session_token ON session (token_hash);
CREATE INDEX session_account ON session (user_id);

CREATE TABLE api_key (
    id UUID PRIMARY KEY,
    user_id UUID NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    secret_hash BYTEA NOT NULL,
    -- Names separated by commas, in the order they were given.
    permissions TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX api_key_secret ON api_key (secret_hash);
CREATE INDEX api_key_account ON api_key (user_id);

CREATE TABLE asset (
    id UUID PRIMARY KEY,
    owner_id UUID NOT NULL REFERENCES account (id),
    library_id UUID,
    device_asset_id TEXT NOT NULL,
    device_id TEXT NOT NULL,
    type TEXT NOT NULL,
    -- Keys below the library's root.
    original_path TEXT NOT NULL,
    sidecar_path TEXT,
    thumbnail_path TEXT,
    preview_path TEXT,
    fullsize_path TEXT,
    encoded_video_path TEXT,
    original_file_name TEXT NOT NULL,
    file_size BIGINT NOT NULL,
    checksum BYTEA NOT NULL,
    thumbhash BYTEA,
    file_created_at BIGINT NOT NULL,
    file_modified_at BIGINT NOT NULL,
    -- The wall clock where the picture was taken, as if it were UTC.
    local_date_time BIGINT NOT NULL,
    duration BIGINT,
    visibility TEXT NOT NULL,
    is_favorite BOOLEAN NOT NULL,
    live_photo_video_id UUID,
    duplicate_id UUID,
    -- Where the asset stands in a shuffled deck: random picks start at a random card.
    random_key BIGINT NOT NULL,
    deleted_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    update_id UUID NOT NULL
);
CREATE UNIQUE INDEX asset_checksum ON asset (owner_id, checksum) WHERE library_id IS NULL;
CREATE INDEX asset_device ON asset (owner_id, device_id, device_asset_id);
CREATE INDEX asset_random ON asset (owner_id, random_key) WHERE visibility = 'timeline' AND deleted_at IS NULL;
CREATE INDEX asset_motion ON asset (live_photo_video_id) WHERE live_photo_video_id IS NOT NULL;
CREATE INDEX asset_trash ON asset (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX asset_update ON asset (update_id);

CREATE TABLE exif (
    asset_id UUID PRIMARY KEY REFERENCES asset (id) ON DELETE CASCADE,
    make TEXT,
    model TEXT,
    lens_model TEXT,
    exposure_time TEXT,
    f_number DOUBLE PRECISION,
    focal_length DOUBLE PRECISION,
    iso BIGINT,
    width BIGINT,
    height BIGINT,
    orientation TEXT,
    date_time_original BIGINT,
    modify_date BIGINT,
    time_zone TEXT,
    latitude DOUBLE PRECISION,
    longitude DOUBLE PRECISION,
    city TEXT,
    state TEXT,
    country TEXT,
    description TEXT NOT NULL,
    rating BIGINT,
    projection_type TEXT,
    -- What the user changed and extraction must leave alone: date, description, place, rating, by commas.
    edited TEXT NOT NULL,
    update_id UUID NOT NULL
);
CREATE INDEX exif_update ON exif (update_id);

CREATE TABLE asset_metadata (
    asset_id UUID NOT NULL REFERENCES asset (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    -- A JSON object.
    value TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    update_id UUID NOT NULL,
    PRIMARY KEY (asset_id, key)
);
CREATE INDEX asset_metadata_update ON asset_metadata (update_id);

CREATE TABLE shared_link (
    id UUID PRIMARY KEY,
    user_id UUID NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    type TEXT NOT NULL,
    key BYTEA NOT NULL,
    slug TEXT,
    description TEXT,
    password_hash TEXT,
    expires_at BIGINT,
    allow_upload BOOLEAN NOT NULL,
    allow_download BOOLEAN NOT NULL,
    show_metadata BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX shared_link_key ON shared_link (key);
CREATE UNIQUE INDEX shared_link_slug ON shared_link (slug);
CREATE INDEX shared_link_account ON shared_link (user_id);

CREATE TABLE shared_link_asset (
    shared_link_id UUID NOT NULL REFERENCES shared_link (id) ON DELETE CASCADE,
    asset_id UUID NOT NULL REFERENCES asset (id) ON DELETE CASCADE,
    PRIMARY KEY (shared_link_id, asset_id)
);
CREATE INDEX shared_link_asset_asset ON shared_link_asset (asset_id);

-- What is gone, for clients that synchronise.
CREATE TABLE tombstone (
    update_id UUID PRIMARY KEY,
    owner_id UUID NOT NULL,
    entity TEXT NOT NULL,
    entity_id UUID NOT NULL,
    -- Which part, for what has no id of its own: the key of an asset's metadata.
    part TEXT,
    deleted_at BIGINT NOT NULL
);
CREATE INDEX tombstone_owner ON tombstone (owner_id, update_id);

-- Counts that screens ask for, kept by triggers. Writers that would wait for each other's row use
-- different slots; a count is the sum over its slots.
CREATE TABLE asset_count (
    owner_id UUID NOT NULL,
    type TEXT NOT NULL,
    visibility TEXT NOT NULL,
    is_favorite BOOLEAN NOT NULL,
    is_trashed BOOLEAN NOT NULL,
    slot BIGINT NOT NULL,
    assets BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    PRIMARY KEY (owner_id, type, visibility, is_favorite, is_trashed, slot)
);

-- Durable work. A row is waiting when run_at has passed and no lease covers it.
CREATE TABLE job (
    id UUID PRIMARY KEY,
    kind TEXT NOT NULL,
    subject_id UUID NOT NULL,
    priority BIGINT NOT NULL,
    run_at BIGINT NOT NULL,
    leased_until BIGINT,
    -- Grows when the job is asked for again while it runs: it is then run once more.
    generation BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    is_dead BOOLEAN NOT NULL,
    error TEXT,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX job_subject ON job (kind, subject_id);
CREATE INDEX job_next ON job (priority, run_at) WHERE is_dead = FALSE;

-- Files of deleted assets that are still to be removed from the disk.
CREATE TABLE doomed_file (
    path TEXT PRIMARY KEY,
    doomed_at BIGINT NOT NULL
);
