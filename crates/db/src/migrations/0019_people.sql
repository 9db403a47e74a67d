-- Persons, and where in pictures their faces are. Read by SQLite and PostgreSQL alike. What recognition knows of a face
-- belongs into a table of its own, by the face's id.

CREATE TABLE person (
    id UUID PRIMARY KEY,
    owner_id UUID NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    -- Empty for whoever has none, and the same without case and accents.
    name TEXT NOT NULL,
    folded_name TEXT NOT NULL,
    -- As in 1984-11-30.
    birth_date TEXT,
    is_hidden BOOLEAN NOT NULL,
    is_favorite BOOLEAN NOT NULL,
    color TEXT,
    -- The face that stands for them. It is looked at before it is used: faces go with their assets.
    face_id UUID,
    thumbnail_path TEXT,
    -- How many faces of theirs the timeline shows. Triggers keep it.
    faces BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    update_id UUID NOT NULL
);
CREATE INDEX person_owner ON person (owner_id, id);
CREATE INDEX person_name ON person (owner_id, folded_name, id) WHERE name <> '';
CREATE INDEX person_update ON person (update_id);
-- The order of lists. Whoever has no name and is seen less than three times may be no one.
CREATE INDEX person_order ON person (owner_id, is_hidden, is_favorite DESC, (name = ''), faces DESC, folded_name,
        created_at, id)
    WHERE faces > 0 AND (name <> '' OR faces >= 3);

CREATE TABLE asset_face (
    id UUID PRIMARY KEY,
    asset_id UUID NOT NULL REFERENCES asset (id) ON DELETE CASCADE,
    person_id UUID REFERENCES person (id) ON DELETE SET NULL,
    -- The size of the upright picture that the box was drawn on, and the box, in pixels.
    image_width BIGINT NOT NULL,
    image_height BIGINT NOT NULL,
    x1 BIGINT NOT NULL,
    y1 BIGINT NOT NULL,
    x2 BIGINT NOT NULL,
    y2 BIGINT NOT NULL,
    -- Who found it.
    source TEXT NOT NULL CHECK (source IN ('machine-learning', 'exif', 'manual')),
    -- What the file calls whoever it is, for one that a file tells of.
    found_name TEXT,
    -- Whether the user decided whose face it is, or that it is none: what files say does not change it any more.
    is_decided BOOLEAN NOT NULL,
    -- When the user said that it is none. It stays, so that it is not found again.
    deleted_at BIGINT,
    -- Whether the timeline shows it. Triggers keep it.
    is_shown BOOLEAN NOT NULL DEFAULT FALSE,
    update_id UUID NOT NULL,
    CHECK (deleted_at IS NULL OR is_shown = FALSE)
);
CREATE INDEX asset_face_asset ON asset_face (asset_id, person_id, deleted_at);
CREATE INDEX asset_face_person ON asset_face (person_id, is_shown, asset_id, deleted_at);
CREATE INDEX asset_face_update ON asset_face (update_id);

-- How many persons of an owner have a face that the timeline shows.
CREATE TABLE person_count (
    owner_id UUID NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    is_hidden BOOLEAN NOT NULL,
    -- Writers that work at the same time count in rows of their own; what counts is the sum.
    slot BIGINT NOT NULL,
    people BIGINT NOT NULL,
    PRIMARY KEY (owner_id, is_hidden, slot)
);
