-- Files that got another place. Read by SQLite and PostgreSQL alike.

-- Whether the bytes lie under another name. The old one goes once the journal knows the new one.
ALTER TABLE file_deletion ADD COLUMN is_moved BOOLEAN NOT NULL DEFAULT FALSE;
