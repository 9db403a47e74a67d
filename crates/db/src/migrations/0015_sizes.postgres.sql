CREATE OR REPLACE FUNCTION count_assets(changed asset, sign BIGINT) RETURNS VOID AS $$
    INSERT INTO asset_count AS kept (owner_id, type, visibility, is_favorite, is_trashed, slot, assets, bytes)
    VALUES (changed.owner_id, changed.type, changed.visibility, changed.is_favorite, changed.deleted_at IS NOT NULL,
        pg_backend_pid() % 16, sign, sign * (changed.file_size + changed.metadata_bytes + COALESCE(changed.sidecar_bytes, 0)))
    ON CONFLICT (owner_id, type, visibility, is_favorite, is_trashed, slot)
    DO UPDATE SET assets = kept.assets + excluded.assets, bytes = kept.bytes + excluded.bytes;
$$ LANGUAGE sql;

DROP TRIGGER asset_count_changes ON asset;
CREATE TRIGGER asset_count_changes AFTER UPDATE ON asset FOR EACH ROW
    WHEN ((OLD.owner_id, OLD.type, OLD.visibility, OLD.is_favorite, OLD.deleted_at IS NULL, OLD.file_size,
            OLD.metadata_bytes, OLD.sidecar_bytes)
        IS DISTINCT FROM (NEW.owner_id, NEW.type, NEW.visibility, NEW.is_favorite, NEW.deleted_at IS NULL, NEW.file_size,
            NEW.metadata_bytes, NEW.sidecar_bytes))
    EXECUTE FUNCTION asset_changed();

CREATE FUNCTION asset_metadata_changed() RETURNS TRIGGER AS $$
DECLARE
    grown BIGINT := 0;
BEGIN
    IF TG_OP <> 'INSERT' THEN grown := grown - octet_length(OLD.key) - octet_length(OLD.value); END IF;
    IF TG_OP <> 'DELETE' THEN grown := grown + octet_length(NEW.key) + octet_length(NEW.value); END IF;
    UPDATE asset SET metadata_bytes = metadata_bytes + grown WHERE id = COALESCE(NEW.asset_id, OLD.asset_id);
    RETURN NULL;
END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER asset_metadata_sizes AFTER INSERT OR UPDATE OR DELETE ON asset_metadata FOR EACH ROW
    EXECUTE FUNCTION asset_metadata_changed();

UPDATE asset SET metadata_bytes = (SELECT SUM(octet_length(key) + octet_length(value)) FROM asset_metadata
    WHERE asset_id = asset.id) WHERE id IN (SELECT asset_id FROM asset_metadata);

-- For the journal, which keeps each refusal by itself. An asset's facts changed with each of those of before.
ALTER TABLE refused_tag ADD COLUMN update_id UUID NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000';
UPDATE refused_tag SET update_id = COALESCE((SELECT exif.update_id FROM exif WHERE exif.asset_id = refused_tag.asset_id),
    update_id);
CREATE INDEX refused_tag_update ON refused_tag (update_id);
