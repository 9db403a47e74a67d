-- When that changed; never, to begin with.
ALTER TABLE installation ADD COLUMN update_id UUID NOT NULL DEFAULT x'00000000000000000000000000000000';
CREATE INDEX installation_update ON installation (update_id);
