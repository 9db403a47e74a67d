DROP TRIGGER asset_count_insert;
DROP TRIGGER asset_count_delete;
DROP TRIGGER asset_count_update;

CREATE TRIGGER asset_count_insert AFTER INSERT ON asset BEGIN
    INSERT INTO asset_count (owner_id, type, visibility, is_favorite, is_trashed, slot, assets, bytes)
    VALUES (NEW.owner_id, NEW.type, NEW.visibility, NEW.is_favorite, NEW.deleted_at IS NOT NULL, 0, 1,
        NEW.file_size + NEW.metadata_bytes + COALESCE(NEW.sidecar_bytes, 0))
    ON CONFLICT DO UPDATE SET assets = assets + 1, bytes = bytes + excluded.bytes;
END;

CREATE TRIGGER asset_count_delete AFTER DELETE ON asset BEGIN
    UPDATE asset_count SET assets = assets - 1,
        bytes = bytes - OLD.file_size - OLD.metadata_bytes - COALESCE(OLD.sidecar_bytes, 0)
    WHERE owner_id = OLD.owner_id AND type = OLD.type AND visibility = OLD.visibility
        AND is_favorite = OLD.is_favorite AND is_trashed = (OLD.deleted_at IS NOT NULL);
END;

CREATE TRIGGER asset_count_update
AFTER UPDATE OF owner_id, type, visibility, is_favorite, deleted_at, file_size, metadata_bytes, sidecar_bytes ON asset BEGIN
    UPDATE asset_count SET assets = assets - 1,
        bytes = bytes - OLD.file_size - OLD.metadata_bytes - COALESCE(OLD.sidecar_bytes, 0)
    WHERE owner_id = OLD.owner_id AND type = OLD.type AND visibility = OLD.visibility
        AND is_favorite = OLD.is_favorite AND is_trashed = (OLD.deleted_at IS NOT NULL);
    INSERT INTO asset_count (owner_id, type, visibility, is_favorite, is_trashed, slot, assets, bytes)
    VALUES (NEW.owner_id, NEW.type, NEW.visibility, NEW.is_favorite, NEW.deleted_at IS NOT NULL, 0, 1,
        NEW.file_size + NEW.metadata_bytes + COALESCE(NEW.sidecar_bytes, 0))
    ON CONFLICT DO UPDATE SET assets = assets + 1, bytes = bytes + excluded.bytes;
END;

CREATE TRIGGER asset_metadata_insert AFTER INSERT ON asset_metadata BEGIN
    UPDATE asset SET metadata_bytes = metadata_bytes + octet_length(NEW.key) + octet_length(NEW.value)
    WHERE id = NEW.asset_id;
END;

CREATE TRIGGER asset_metadata_update AFTER UPDATE OF value ON asset_metadata BEGIN
    UPDATE asset SET metadata_bytes = metadata_bytes + octet_length(NEW.value) - octet_length(OLD.value)
    WHERE id = NEW.asset_id;
END;

CREATE TRIGGER asset_metadata_delete AFTER DELETE ON asset_metadata BEGIN
    UPDATE asset SET metadata_bytes = metadata_bytes - octet_length(OLD.key) - octet_length(OLD.value)
    WHERE id = OLD.asset_id;
END;

UPDATE asset SET metadata_bytes = (SELECT SUM(octet_length(key) + octet_length(value)) FROM asset_metadata
    WHERE asset_id = asset.id) WHERE id IN (SELECT asset_id FROM asset_metadata);

-- For the journal, which keeps each refusal by itself. An asset's facts changed with each of those of before.
ALTER TABLE refused_tag ADD COLUMN update_id UUID NOT NULL DEFAULT x'00000000000000000000000000000000';
UPDATE refused_tag SET update_id = COALESCE((SELECT exif.update_id FROM exif WHERE exif.asset_id = refused_tag.asset_id),
    update_id);
CREATE INDEX refused_tag_update ON refused_tag (update_id);
