-- What an asset takes beside its original, and when tags were refused. Read by SQLite and PostgreSQL alike.

-- Bytes of the keys and values that apps keep with the asset; triggers keep it.
ALTER TABLE asset ADD COLUMN metadata_bytes BIGINT NOT NULL DEFAULT 0;
-- Bytes of the sidecar; NULL without one, or as long as one of before was not measured.
ALTER TABLE asset ADD COLUMN sidecar_bytes BIGINT;
CREATE INDEX asset_sidecar_unmeasured ON asset (id) WHERE sidecar_path IS NOT NULL AND sidecar_bytes IS NULL;
