-- What apps synchronise: how far each session is, and of every kind of row an index by whose it is and when it changed.
-- Read by SQLite and PostgreSQL alike.

-- Up to where a session has everything of a type. It ends with its session.
CREATE TABLE sync_checkpoint (
    session_id UUID NOT NULL REFERENCES session (id) ON DELETE CASCADE,
    type TEXT NOT NULL,
    ack TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (session_id, type)
);

-- Since when someone is let in: the first change id, which stays. Triggers keep it.
ALTER TABLE partner ADD COLUMN create_id UUID;
UPDATE partner SET create_id = update_id;
ALTER TABLE album_user ADD COLUMN create_id UUID;
UPDATE album_user SET create_id = update_id;

-- Whose they are. Triggers keep it.
ALTER TABLE exif ADD COLUMN asset_owner_id UUID;
UPDATE exif SET asset_owner_id = (SELECT owner_id FROM asset WHERE asset.id = exif.asset_id);
ALTER TABLE asset_face ADD COLUMN asset_owner_id UUID;
UPDATE asset_face SET asset_owner_id = (SELECT owner_id FROM asset WHERE asset.id = asset_face.asset_id);
ALTER TABLE asset_metadata ADD COLUMN asset_owner_id UUID;
UPDATE asset_metadata SET asset_owner_id = (SELECT owner_id FROM asset WHERE asset.id = asset_metadata.asset_id);
ALTER TABLE memory_asset ADD COLUMN memory_owner_id UUID;
UPDATE memory_asset SET memory_owner_id = (SELECT owner_id FROM memory WHERE memory.id = memory_asset.memory_id);

CREATE INDEX asset_sync ON asset (owner_id, update_id);
CREATE INDEX exif_sync ON exif (asset_owner_id, update_id);
CREATE INDEX asset_face_sync ON asset_face (asset_owner_id, update_id);
CREATE INDEX asset_metadata_sync ON asset_metadata (asset_owner_id, update_id);
CREATE INDEX memory_sync ON memory (owner_id, update_id);
CREATE INDEX memory_asset_sync ON memory_asset (memory_owner_id, update_id);
CREATE INDEX stack_sync ON stack (owner_id, update_id);
CREATE INDEX person_sync ON person (owner_id, update_id);
CREATE INDEX album_asset_sync ON album_asset (album_id, update_id, asset_id);
-- For those who share what is not theirs, as long as its owner shares it with them.
CREATE INDEX album_asset_added ON album_asset (added_by);

-- The other one, of what ties two together.
ALTER TABLE tombstone ADD COLUMN other_id UUID;
DROP INDEX tombstone_owner;
CREATE INDEX tombstone_sync ON tombstone (owner_id, entity, update_id);

-- Whose former file an asset in the trash holds. Apps have each checksum of an owner only once, so they are always told of
-- the asset that gave it up before they are told of its copy.
CREATE TABLE replaced_file (
    asset_id UUID NOT NULL REFERENCES asset (id) ON DELETE CASCADE,
    copy_id UUID NOT NULL REFERENCES asset (id) ON DELETE CASCADE,
    PRIMARY KEY (asset_id, copy_id)
);
CREATE INDEX replaced_file_copy ON replaced_file (copy_id);
