-- Stacks that no one asked for. Read by SQLite and PostgreSQL alike.

-- What the pictures of one burst have in common, as their camera says.
ALTER TABLE exif ADD COLUMN burst_id TEXT;
-- When the user took it out of a stack: it is not stacked again without being asked.
ALTER TABLE asset ADD COLUMN unstacked_at BIGINT;
-- Whether no one asked for it, and no one changed it by hand.
ALTER TABLE stack ADD COLUMN is_automatic BOOLEAN NOT NULL DEFAULT FALSE;
-- The rules by which assets were stacked last, by commas.
ALTER TABLE installation ADD COLUMN stack_rules TEXT NOT NULL DEFAULT '';
