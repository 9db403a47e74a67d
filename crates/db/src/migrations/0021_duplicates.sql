-- What assets are compared by, to find the same picture in other files. Read by SQLite and PostgreSQL alike.
-- Whether the file says when it was taken: NULL until it was looked into. Of those that were before, that is not known.
ALTER TABLE exif ADD COLUMN is_dated BOOLEAN DEFAULT FALSE;

CREATE TABLE asset_fingerprint (
    asset_id UUID PRIMARY KEY REFERENCES asset (id) ON DELETE CASCADE,
    owner_id UUID NOT NULL,
    -- NULL until it is made; empty for a picture that shows next to nothing.
    fingerprint BYTEA,
    -- Parts of it: the same picture in another file has at least one of them in common.
    band_1 BIGINT,
    band_2 BIGINT,
    band_3 BIGINT,
    band_4 BIGINT,
    -- Whether those that are like it were looked for.
    is_compared BOOLEAN NOT NULL
);
CREATE INDEX asset_fingerprint_1 ON asset_fingerprint (owner_id, band_1);
CREATE INDEX asset_fingerprint_2 ON asset_fingerprint (owner_id, band_2);
CREATE INDEX asset_fingerprint_3 ON asset_fingerprint (owner_id, band_3);
CREATE INDEX asset_fingerprint_4 ON asset_fingerprint (owner_id, band_4);

CREATE INDEX asset_duplicate ON asset (owner_id, duplicate_id) WHERE duplicate_id IS NOT NULL;
