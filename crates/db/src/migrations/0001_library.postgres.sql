CREATE FUNCTION count_assets(changed asset, sign BIGINT) RETURNS VOID AS $$
    INSERT INTO asset_count AS kept (owner_id, type, visibility, is_favorite, is_trashed, slot, assets, bytes)
    VALUES (changed.owner_id, changed.type, changed.visibility, changed.is_favorite, changed.deleted_at IS NOT NULL,
        pg_backend_pid() % 16, sign, sign * changed.file_size)
    ON CONFLICT (owner_id, type, visibility, is_favorite, is_trashed, slot)
    DO UPDATE SET assets = kept.assets + excluded.assets, bytes = kept.bytes + excluded.bytes;
$$ LANGUAGE sql;

CREATE FUNCTION asset_changed() RETURNS TRIGGER AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM count_assets(OLD, -1); END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM count_assets(NEW, 1); END IF;
    RETURN NULL;
END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER asset_count_rows AFTER INSERT OR DELETE ON asset FOR EACH ROW EXECUTE FUNCTION asset_changed();
CREATE TRIGGER asset_count_changes AFTER UPDATE ON asset FOR EACH ROW
    WHEN ((OLD.owner_id, OLD.type, OLD.visibility, OLD.is_favorite, OLD.deleted_at IS NULL, OLD.file_size)
        IS DISTINCT FROM (NEW.owner_id, NEW.type, NEW.visibility, NEW.is_favorite, NEW.deleted_at IS NULL, NEW.file_size))
    EXECUTE FUNCTION asset_changed();
