-- Assets of one owner that belong together, and of which lists may show one for all. Read by SQLite and PostgreSQL
-- alike.
CREATE TABLE stack (
    id UUID PRIMARY KEY,
    owner_id UUID NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    -- The one of its assets that stands for the others, unless it is in the trash or otherwise not shown.
    primary_asset_id UUID NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    update_id UUID NOT NULL
);
CREATE INDEX stack_owner ON stack (owner_id, id);
CREATE INDEX stack_update ON stack (update_id);

ALTER TABLE asset ADD COLUMN stack_id UUID REFERENCES stack (id);
CREATE INDEX asset_stack ON asset (stack_id) WHERE stack_id IS NOT NULL;

ALTER TABLE timeline_asset ADD COLUMN stack_id UUID;
-- How many assets it stands for where it shows up, the timeline, the archive, the trash of either: all of its stack that
-- are there, itself among them; 0 when another one stands for it, 1 by itself. Triggers keep it.
ALTER TABLE timeline_asset ADD COLUMN stack_count BIGINT NOT NULL DEFAULT 1;
CREATE INDEX timeline_asset_stack ON timeline_asset (stack_id) WHERE stack_id IS NOT NULL;

-- How many assets, and favourites, are listed when one of each stack is.
ALTER TABLE timeline_count ADD COLUMN primaries BIGINT NOT NULL DEFAULT 0;
ALTER TABLE timeline_count ADD COLUMN favorite_primaries BIGINT NOT NULL DEFAULT 0;
UPDATE timeline_count SET primaries = assets, favorite_primaries = favorites;
