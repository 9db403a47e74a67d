-- Tags, which assets have them, and what the sidecars of assets do not say yet.
-- Read by SQLite and PostgreSQL alike.

CREATE TABLE tag (
    id UUID PRIMARY KEY,
    user_id UUID NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    -- The whole path, parents first, parted by slashes.
    value TEXT NOT NULL,
    parent_id UUID REFERENCES tag (id) ON DELETE CASCADE,
    color TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    update_id UUID NOT NULL
);
CREATE UNIQUE INDEX tag_value ON tag (user_id, value);
CREATE INDEX tag_parent ON tag (parent_id);
CREATE INDEX tag_update ON tag (update_id);

CREATE TABLE tag_asset (
    asset_id UUID NOT NULL REFERENCES asset (id) ON DELETE CASCADE,
    tag_id UUID NOT NULL REFERENCES tag (id) ON DELETE CASCADE,
    -- Whether the user gave it to the asset; else the file or its sidecar says it.
    is_given BOOLEAN NOT NULL,
    update_id UUID NOT NULL,
    PRIMARY KEY (asset_id, tag_id)
);
CREATE INDEX tag_asset_tag ON tag_asset (tag_id);
CREATE INDEX tag_asset_update ON tag_asset (update_id);

-- Tags that the user took away from an asset, whatever its file says.
CREATE TABLE refused_tag (
    asset_id UUID NOT NULL REFERENCES asset (id) ON DELETE CASCADE,
    value TEXT NOT NULL,
    PRIMARY KEY (asset_id, value)
);

-- Whether the user changed facts that the sidecar does not say yet.
ALTER TABLE exif ADD COLUMN sidecar_due BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE exif SET sidecar_due = TRUE WHERE edited NOT IN ('', 'motion');
-- Whether the tags that the present file and sidecar name are known.
ALTER TABLE exif ADD COLUMN tags_read BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX exif_sidecar_due ON exif (asset_id) WHERE sidecar_due;
