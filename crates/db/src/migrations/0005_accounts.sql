-- What else an account has: its end, its place in the storage, its identity elsewhere, its settings and its picture.
-- Read by SQLite and PostgreSQL alike.
ALTER TABLE account ADD COLUMN status TEXT NOT NULL DEFAULT 'active';
-- When its grace period began, unless it is active.
ALTER TABLE account ADD COLUMN deleted_at BIGINT;
CREATE INDEX account_deleted ON account (deleted_at) WHERE deleted_at IS NOT NULL;

ALTER TABLE account ADD COLUMN storage_label TEXT;
CREATE UNIQUE INDEX account_storage_label ON account (storage_label);

-- Empty for accounts that only know passwords.
ALTER TABLE account ADD COLUMN oauth_id TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX account_oauth ON account (oauth_id) WHERE oauth_id <> '';

-- A JSON object of what differs from the defaults.
ALTER TABLE account ADD COLUMN preferences TEXT NOT NULL DEFAULT '{}';
ALTER TABLE account ADD COLUMN is_onboarded BOOLEAN NOT NULL DEFAULT FALSE;

-- All three or none.
ALTER TABLE account ADD COLUMN license_key TEXT;
ALTER TABLE account ADD COLUMN license_activation_key TEXT;
ALTER TABLE account ADD COLUMN license_activated_at BIGINT;

-- A key below the library's root.
ALTER TABLE account ADD COLUMN profile_image_path TEXT;
