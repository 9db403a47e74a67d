-- Tables are called what the field calls them; `library` is free for the libraries of Immich's API.
-- Read by SQLite and PostgreSQL alike.
ALTER TABLE library RENAME TO installation;
ALTER TABLE doomed_file RENAME TO file_deletion;
ALTER TABLE file_deletion RENAME COLUMN doomed_at TO scheduled_at;
