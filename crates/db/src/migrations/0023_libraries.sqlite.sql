-- Files of libraries take no room of the server's, so that only what apps keep with them counts.
DROP TRIGGER asset_count_insert;
DROP TRIGGER asset_count_delete;
DROP TRIGGER asset_count_update;

CREATE TRIGGER asset_count_insert AFTER INSERT ON asset BEGIN
    INSERT INTO asset_count (owner_id, type, visibility, is_favorite, is_trashed, slot, assets, bytes)
    VALUES (NEW.owner_id, NEW.type, NEW.visibility, NEW.is_favorite, NEW.deleted_at IS NOT NULL, 0, 1,
        NEW.metadata_bytes + CASE WHEN NEW.library_id IS NULL THEN NEW.file_size + COALESCE(NEW.sidecar_bytes, 0) ELSE 0 END)
    ON CONFLICT DO UPDATE SET assets = assets + 1, bytes = bytes + excluded.bytes;
END;

CREATE TRIGGER asset_count_delete AFTER DELETE ON asset BEGIN
    UPDATE asset_count SET assets = assets - 1, bytes = bytes - OLD.metadata_bytes
        - CASE WHEN OLD.library_id IS NULL THEN OLD.file_size + COALESCE(OLD.sidecar_bytes, 0) ELSE 0 END
    WHERE owner_id = OLD.owner_id AND type = OLD.type AND visibility = OLD.visibility
        AND is_favorite = OLD.is_favorite AND is_trashed = (OLD.deleted_at IS NOT NULL);
END;

CREATE TRIGGER asset_count_update
AFTER UPDATE OF owner_id, type, visibility, is_favorite, deleted_at, file_size, metadata_bytes, sidecar_bytes ON asset BEGIN
    UPDATE asset_count SET assets = assets - 1, bytes = bytes - OLD.metadata_bytes
        - CASE WHEN OLD.library_id IS NULL THEN OLD.file_size + COALESCE(OLD.sidecar_bytes, 0) ELSE 0 END
    WHERE owner_id = OLD.owner_id AND type = OLD.type AND visibility = OLD.visibility
        AND is_favorite = OLD.is_favorite AND is_trashed = (OLD.deleted_at IS NOT NULL);
    INSERT INTO asset_count (owner_id, type, visibility, is_favorite, is_trashed, slot, assets, bytes)
    VALUES (NEW.owner_id, NEW.type, NEW.visibility, NEW.is_favorite, NEW.deleted_at IS NOT NULL, 0, 1,
        NEW.metadata_bytes + CASE WHEN NEW.library_id IS NULL THEN NEW.file_size + COALESCE(NEW.sidecar_bytes, 0) ELSE 0 END)
    ON CONFLICT DO UPDATE SET assets = assets + 1, bytes = bytes + excluded.bytes;
END;

CREATE TRIGGER library_count_insert AFTER INSERT ON asset
WHEN NEW.library_id IS NOT NULL AND NEW.visibility <> 'hidden'
BEGIN
    INSERT INTO library_count (library_id, type, slot, assets, bytes) VALUES (NEW.library_id, NEW.type, 0, 1, NEW.file_size)
    ON CONFLICT DO UPDATE SET assets = assets + 1, bytes = bytes + excluded.bytes;
END;

CREATE TRIGGER library_count_delete AFTER DELETE ON asset
WHEN OLD.library_id IS NOT NULL AND OLD.visibility <> 'hidden'
BEGIN
    UPDATE library_count SET assets = assets - 1, bytes = bytes - OLD.file_size
    WHERE library_id = OLD.library_id AND type = OLD.type;
END;

CREATE TRIGGER library_count_update AFTER UPDATE OF type, visibility, file_size ON asset WHEN NEW.library_id IS NOT NULL BEGIN
    UPDATE library_count SET assets = assets - 1, bytes = bytes - OLD.file_size
    WHERE library_id = OLD.library_id AND type = OLD.type AND OLD.visibility <> 'hidden';
    INSERT INTO library_count (library_id, type, slot, assets, bytes)
    SELECT NEW.library_id, NEW.type, 0, 1, NEW.file_size WHERE NEW.visibility <> 'hidden'
    ON CONFLICT DO UPDATE SET assets = assets + 1, bytes = bytes + excluded.bytes;
END;
