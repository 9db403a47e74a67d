-- Memories: some pictures that belong to a day. Read by SQLite and PostgreSQL alike.
CREATE TABLE memory (
    id UUID PRIMARY KEY,
    owner_id UUID NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    type TEXT NOT NULL CHECK (type IN ('on_this_day')),
    -- The year that it is of.
    year BIGINT NOT NULL,
    is_saved BOOLEAN NOT NULL,
    -- Whether someone made it, or saved it once: so it is in the journal. The others the server makes by itself.
    is_kept BOOLEAN NOT NULL,
    memory_at BIGINT NOT NULL,
    seen_at BIGINT,
    -- When it is shown, if not always.
    show_at BIGINT,
    hide_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    update_id UUID NOT NULL
);
CREATE INDEX memory_owner ON memory (owner_id, memory_at, id);
CREATE INDEX memory_update ON memory (update_id);
CREATE INDEX memory_unsaved ON memory (created_at) WHERE is_saved = FALSE;

CREATE TABLE memory_asset (
    memory_id UUID NOT NULL REFERENCES memory (id) ON DELETE CASCADE,
    asset_id UUID NOT NULL REFERENCES asset (id) ON DELETE CASCADE,
    update_id UUID NOT NULL,
    PRIMARY KEY (memory_id, asset_id)
);
CREATE INDEX memory_asset_asset ON memory_asset (asset_id);
CREATE INDEX memory_asset_update ON memory_asset (update_id);

-- Up to which day an account has its memories, counted from the first of 1970 on.
CREATE TABLE memory_progress (
    owner_id UUID PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    day BIGINT NOT NULL
);

-- What was decided about the server as a whole.
ALTER TABLE installation ADD COLUMN is_onboarded BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE installation ADD COLUMN license_key TEXT;
ALTER TABLE installation ADD COLUMN license_activation_key TEXT;
ALTER TABLE installation ADD COLUMN license_activated_at BIGINT;
