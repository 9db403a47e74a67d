-- Lists are driven by their owners: each place of each library is a range of one of these, in the order of the moments
-- when assets were taken. Every asset stands in exactly one of the two. Read by SQLite and PostgreSQL alike.
CREATE INDEX asset_listed ON asset (owner_id, visibility, file_created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX asset_trashed ON asset (owner_id, visibility, file_created_at, id) WHERE deleted_at IS NOT NULL;
