-- When that changed; never, to begin with.
ALTER TABLE installation ADD COLUMN update_id UUID NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000';
CREATE INDEX installation_update ON installation (update_id);
