CREATE TRIGGER asset_count_insert AFTER INSERT ON asset BEGIN
    INSERT INTO asset_count (owner_id, type, visibility, is_favorite, is_trashed, slot, assets, bytes)
    VALUES (NEW.owner_id, NEW.type, NEW.visibility, NEW.is_favorite, NEW.deleted_at IS NOT NULL, 0, 1, NEW.file_size)
    ON CONFLICT DO UPDATE SET assets = assets + 1, bytes = bytes + excluded.bytes;
END;

CREATE TRIGGER asset_count_delete AFTER DELETE ON asset BEGIN
    UPDATE asset_count SET assets = assets - 1, bytes = bytes - OLD.file_size
    WHERE owner_id = OLD.owner_id AND type = OLD.type AND visibility = OLD.visibility
        AND is_favorite = OLD.is_favorite AND is_trashed = (OLD.deleted_at IS NOT NULL);
END;

CREATE TRIGGER asset_count_update AFTER UPDATE OF owner_id, type, visibility, is_favorite, deleted_at, file_size ON asset BEGIN
    UPDATE asset_count SET assets = assets - 1, bytes = bytes - OLD.file_size
    WHERE owner_id = OLD.owner_id AND type = OLD.type AND visibility = OLD.visibility
        AND is_favorite = OLD.is_favorite AND is_trashed = (OLD.deleted_at IS NOT NULL);
    INSERT INTO asset_count (owner_id, type, visibility, is_favorite, is_trashed, slot, assets, bytes)
    VALUES (NEW.owner_id, NEW.type, NEW.visibility, NEW.is_favorite, NEW.deleted_at IS NOT NULL, 0, 1, NEW.file_size)
    ON CONFLICT DO UPDATE SET assets = assets + 1, bytes = bytes + excluded.bytes;
END;
