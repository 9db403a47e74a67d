-- How many assets the timeline shows in each month of each place of each library. Triggers keep the counts, so that no
-- writer can forget them. Read by SQLite and PostgreSQL alike.
CREATE TABLE timeline_count (
    owner_id UUID NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    visibility TEXT NOT NULL,
    is_trashed BOOLEAN NOT NULL,
    -- Its first day, counted from the first of 1970 on.
    month BIGINT NOT NULL,
    -- Writers that work at the same time count in rows of their own; what counts is the sum.
    slot BIGINT NOT NULL,
    assets BIGINT NOT NULL,
    -- How many of them are favourites.
    favorites BIGINT NOT NULL,
    PRIMARY KEY (owner_id, visibility, is_trashed, month, slot)
);
