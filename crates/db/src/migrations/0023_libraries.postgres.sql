-- Files of libraries take no room of the server's, so that only what apps keep with them counts.
CREATE OR REPLACE FUNCTION count_assets(changed asset, sign BIGINT) RETURNS VOID AS $$
    INSERT INTO asset_count AS kept (owner_id, type, visibility, is_favorite, is_trashed, slot, assets, bytes)
    VALUES (changed.owner_id, changed.type, changed.visibility, changed.is_favorite, changed.deleted_at IS NOT NULL,
        pg_backend_pid() % 16, sign, sign * (changed.metadata_bytes
            + CASE WHEN changed.library_id IS NULL THEN changed.file_size + COALESCE(changed.sidecar_bytes, 0) ELSE 0 END))
    ON CONFLICT (owner_id, type, visibility, is_favorite, is_trashed, slot)
    DO UPDATE SET assets = kept.assets + excluded.assets, bytes = kept.bytes + excluded.bytes;
$$ LANGUAGE sql;

CREATE FUNCTION count_in_library(changed asset, sign BIGINT) RETURNS VOID AS $$
    INSERT INTO library_count AS kept (library_id, type, slot, assets, bytes)
    SELECT changed.library_id, changed.type, pg_backend_pid() % 16, sign, sign * changed.file_size
    WHERE changed.visibility <> 'hidden'
    ON CONFLICT (library_id, type, slot)
    DO UPDATE SET assets = kept.assets + excluded.assets, bytes = kept.bytes + excluded.bytes;
$$ LANGUAGE sql;

CREATE FUNCTION library_changed() RETURNS TRIGGER AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM count_in_library(OLD, -1); END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM count_in_library(NEW, 1); END IF;
    RETURN NULL;
END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER library_count_insert AFTER INSERT ON asset FOR EACH ROW
    WHEN (NEW.library_id IS NOT NULL) EXECUTE FUNCTION library_changed();
CREATE TRIGGER library_count_delete AFTER DELETE ON asset FOR EACH ROW
    WHEN (OLD.library_id IS NOT NULL) EXECUTE FUNCTION library_changed();
CREATE TRIGGER library_count_update AFTER UPDATE ON asset FOR EACH ROW
    WHEN (NEW.library_id IS NOT NULL
        AND (OLD.type, OLD.visibility, OLD.file_size) IS DISTINCT FROM (NEW.type, NEW.visibility, NEW.file_size))
    EXECUTE FUNCTION library_changed();
