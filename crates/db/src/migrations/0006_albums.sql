-- Albums and who is in them, what is said about their pictures, and whose timeline shows whose pictures.
-- Read by SQLite and PostgreSQL alike.

CREATE TABLE album (
    id UUID PRIMARY KEY,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    thumbnail_asset_id UUID REFERENCES asset (id) ON DELETE SET NULL,
    is_activity_enabled BOOLEAN NOT NULL,
    -- asc or desc, by when the pictures were taken.
    sort_order TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    update_id UUID NOT NULL
);
CREATE INDEX album_update ON album (update_id);
CREATE INDEX album_thumbnail ON album (thumbnail_asset_id);

-- Everyone who is in an album, its one owner among them.
CREATE TABLE album_user (
    album_id UUID NOT NULL REFERENCES album (id) ON DELETE CASCADE,
    user_id UUID NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    -- owner, editor or viewer.
    role TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    update_id UUID NOT NULL,
    PRIMARY KEY (album_id, user_id)
);
CREATE INDEX album_user_account ON album_user (user_id, role);
CREATE UNIQUE INDEX album_owner ON album_user (album_id) WHERE role = 'owner';
CREATE INDEX album_user_update ON album_user (update_id);

CREATE TABLE album_asset (
    album_id UUID NOT NULL REFERENCES album (id) ON DELETE CASCADE,
    asset_id UUID NOT NULL REFERENCES asset (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    update_id UUID NOT NULL,
    PRIMARY KEY (album_id, asset_id)
);
CREATE INDEX album_asset_asset ON album_asset (asset_id);
CREATE INDEX album_asset_update ON album_asset (update_id);

-- Comments and likes, on an album or on a picture as long as it is in there.
CREATE TABLE activity (
    id UUID PRIMARY KEY,
    album_id UUID NOT NULL REFERENCES album (id) ON DELETE CASCADE,
    asset_id UUID,
    user_id UUID NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    -- Null for a like.
    comment TEXT,
    created_at BIGINT NOT NULL,
    update_id UUID NOT NULL,
    FOREIGN KEY (album_id, asset_id) REFERENCES album_asset (album_id, asset_id) ON DELETE CASCADE
);
CREATE INDEX activity_album ON activity (album_id, created_at);
CREATE INDEX activity_asset ON activity (album_id, asset_id);
CREATE INDEX activity_account ON activity (user_id);
CREATE INDEX activity_update ON activity (update_id);
CREATE UNIQUE INDEX activity_like ON activity (album_id, asset_id, user_id) WHERE comment IS NULL AND asset_id IS NOT NULL;
CREATE UNIQUE INDEX activity_album_like ON activity (album_id, user_id) WHERE comment IS NULL AND asset_id IS NULL;

-- One user shows another their timeline.
CREATE TABLE partner (
    shared_by_id UUID NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    shared_with_id UUID NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    -- Whether the other wants to see it among their own pictures.
    in_timeline BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    update_id UUID NOT NULL,
    PRIMARY KEY (shared_by_id, shared_with_id)
);
CREATE INDEX partner_with ON partner (shared_with_id);
CREATE INDEX partner_update ON partner (update_id);

ALTER TABLE shared_link ADD COLUMN album_id UUID REFERENCES album (id) ON DELETE CASCADE;
CREATE INDEX shared_link_album ON shared_link (album_id);
