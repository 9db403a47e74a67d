-- What search asks of each asset, in the order of lists. Not STRICT: strict tables know no UUID and no BOOLEAN.
CREATE TABLE search_asset (
    owner_id UUID NOT NULL,
    visibility TEXT NOT NULL,
    is_trashed BOOLEAN NOT NULL,
    file_created_at BIGINT NOT NULL,
    id UUID NOT NULL REFERENCES asset (id) ON DELETE CASCADE,
    deleted_at BIGINT,
    created_at BIGINT NOT NULL,
    type TEXT NOT NULL,
    is_favorite BOOLEAN NOT NULL,
    is_encoded BOOLEAN NOT NULL,
    live_photo_video_id UUID,
    file_size BIGINT NOT NULL,
    rating BIGINT,
    city TEXT,
    state TEXT,
    country TEXT,
    make TEXT,
    model TEXT,
    lens_model TEXT,
    -- Without case and accents.
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    -- Its row in `search_text`.
    number INTEGER NOT NULL,
    PRIMARY KEY (owner_id, visibility, is_trashed, file_created_at, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX search_asset_id ON search_asset (id);
CREATE UNIQUE INDEX search_asset_number ON search_asset (number);

-- The trigrams of names and descriptions. They are without case and accents already.
CREATE VIRTUAL TABLE search_text USING fts5 (name, description, content = '', contentless_delete = 1,
    tokenize = 'trigram case_sensitive 1');

-- The last number that was given.
CREATE TABLE search_number (
    last INTEGER NOT NULL
) STRICT;

INSERT INTO search_asset
SELECT owner_id, visibility, deleted_at IS NOT NULL, file_created_at, id, deleted_at, created_at, type, is_favorite,
    encoded_video_path IS NOT NULL, live_photo_video_id, file_size, rating, city, state, country, make, model, lens_model,
    fold_text(original_file_name), fold_text(description), ROW_NUMBER() OVER (ORDER BY file_created_at)
FROM asset JOIN exif ON asset_id = id;
INSERT INTO search_text (rowid, name, description) SELECT number, name, description FROM search_asset ORDER BY number;
INSERT INTO search_number (last) SELECT COALESCE(MAX(number), 0) FROM search_asset;

CREATE INDEX search_asset_city ON search_asset (owner_id, visibility, is_trashed, city, file_created_at, id)
    WHERE city IS NOT NULL;
CREATE INDEX search_asset_state ON search_asset (owner_id, visibility, is_trashed, state, file_created_at, id)
    WHERE state IS NOT NULL;
CREATE INDEX search_asset_country ON search_asset (owner_id, visibility, is_trashed, country, file_created_at, id)
    WHERE country IS NOT NULL;
CREATE INDEX search_asset_make ON search_asset (owner_id, visibility, is_trashed, make, file_created_at, id)
    WHERE make IS NOT NULL;
CREATE INDEX search_asset_model ON search_asset (owner_id, visibility, is_trashed, model, file_created_at, id)
    WHERE model IS NOT NULL;
CREATE INDEX search_asset_lens_model ON search_asset (owner_id, visibility, is_trashed, lens_model, file_created_at, id)
    WHERE lens_model IS NOT NULL;
CREATE INDEX search_asset_rating ON search_asset (owner_id, visibility, is_trashed, rating, file_created_at, id)
    WHERE rating IS NOT NULL;
CREATE INDEX search_asset_type ON search_asset (owner_id, visibility, is_trashed, type, file_created_at, id)
    WHERE type <> 'IMAGE';
CREATE INDEX search_asset_favorite ON search_asset (owner_id, visibility, is_trashed, file_created_at, id)
    WHERE is_favorite = TRUE;
CREATE INDEX search_asset_encoded ON search_asset (owner_id, visibility, is_trashed, file_created_at, id)
    WHERE is_encoded = TRUE;
CREATE INDEX search_asset_motion ON search_asset (owner_id, visibility, is_trashed, file_created_at, id)
    WHERE live_photo_video_id IS NOT NULL;
CREATE INDEX search_asset_size ON search_asset (owner_id, visibility, is_trashed, file_size, id);
CREATE INDEX search_asset_created ON search_asset (owner_id, visibility, is_trashed, created_at, file_created_at, id);
CREATE INDEX asset_library ON asset (library_id) WHERE library_id IS NOT NULL;

CREATE TRIGGER search_text_insert AFTER INSERT ON search_asset BEGIN
    INSERT INTO search_text (rowid, name, description) VALUES (NEW.number, NEW.name, NEW.description);
END;

CREATE TRIGGER search_text_delete AFTER DELETE ON search_asset BEGIN
    DELETE FROM search_text WHERE rowid = OLD.number;
END;

CREATE TRIGGER search_text_update AFTER UPDATE OF name, description ON search_asset
WHEN (OLD.name, OLD.description) <> (NEW.name, NEW.description)
BEGIN
    UPDATE search_text SET name = NEW.name, description = NEW.description WHERE rowid = NEW.number;
END;

CREATE TRIGGER search_insert AFTER INSERT ON exif BEGIN
    UPDATE search_number SET last = last + 1;
    INSERT INTO search_asset
    SELECT owner_id, visibility, deleted_at IS NOT NULL, file_created_at, id, deleted_at, created_at, type, is_favorite,
        encoded_video_path IS NOT NULL, live_photo_video_id, file_size, NEW.rating, NEW.city, NEW.state, NEW.country,
        NEW.make, NEW.model, NEW.lens_model, fold_text(original_file_name), fold_text(NEW.description),
        (SELECT last FROM search_number)
    FROM asset WHERE id = NEW.asset_id;
END;

CREATE TRIGGER search_asset_update AFTER UPDATE OF owner_id, visibility, deleted_at, file_created_at, type, is_favorite,
    encoded_video_path, live_photo_video_id, file_size ON asset
WHEN (OLD.owner_id, OLD.visibility, OLD.deleted_at, OLD.file_created_at, OLD.type, OLD.is_favorite,
        OLD.encoded_video_path IS NOT NULL, OLD.live_photo_video_id, OLD.file_size)
    IS NOT (NEW.owner_id, NEW.visibility, NEW.deleted_at, NEW.file_created_at, NEW.type, NEW.is_favorite,
        NEW.encoded_video_path IS NOT NULL, NEW.live_photo_video_id, NEW.file_size)
BEGIN
    UPDATE search_asset SET owner_id = NEW.owner_id, visibility = NEW.visibility, is_trashed = NEW.deleted_at IS NOT NULL,
        file_created_at = NEW.file_created_at, deleted_at = NEW.deleted_at, type = NEW.type,
        is_favorite = NEW.is_favorite, is_encoded = NEW.encoded_video_path IS NOT NULL,
        live_photo_video_id = NEW.live_photo_video_id, file_size = NEW.file_size
    WHERE id = NEW.id;
END;

CREATE TRIGGER search_name_update AFTER UPDATE OF original_file_name ON asset
WHEN OLD.original_file_name <> NEW.original_file_name
BEGIN
    UPDATE search_asset SET name = fold_text(NEW.original_file_name) WHERE id = NEW.id;
END;

CREATE TRIGGER search_description_update AFTER UPDATE OF description ON exif
WHEN OLD.description <> NEW.description
BEGIN
    UPDATE search_asset SET description = fold_text(NEW.description) WHERE id = NEW.asset_id;
END;

CREATE TRIGGER search_exif_update AFTER UPDATE OF rating, city, state, country, make, model, lens_model ON exif
WHEN (OLD.rating, OLD.city, OLD.state, OLD.country, OLD.make, OLD.model, OLD.lens_model)
    IS NOT (NEW.rating, NEW.city, NEW.state, NEW.country, NEW.make, NEW.model, NEW.lens_model)
BEGIN
    UPDATE search_asset SET rating = NEW.rating, city = NEW.city, state = NEW.state, country = NEW.country,
        make = NEW.make, model = NEW.model, lens_model = NEW.lens_model
    WHERE id = NEW.asset_id;
END;
