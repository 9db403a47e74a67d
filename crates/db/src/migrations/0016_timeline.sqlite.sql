-- What the timeline shows of each asset, in its order: a month is one stretch of the table, so nothing has to be
-- looked for in other places. Not STRICT: strict tables know no UUID and no BOOLEAN, by which columns are read.
CREATE TABLE timeline_asset (
    owner_id UUID NOT NULL,
    visibility TEXT NOT NULL,
    is_trashed BOOLEAN NOT NULL,
    -- The first day of its month, and its day: by the wall clock where the picture was taken, counted from the first of
    -- 1970 on. What is older than the year 1 or younger than 9999 counts to the first or the last day of these.
    month BIGINT NOT NULL,
    day BIGINT NOT NULL,
    file_created_at BIGINT NOT NULL,
    id UUID NOT NULL REFERENCES asset (id) ON DELETE CASCADE,
    local_date_time BIGINT NOT NULL,
    deleted_at BIGINT,
    is_favorite BOOLEAN NOT NULL,
    is_image BOOLEAN NOT NULL,
    duration BIGINT,
    thumbhash BYTEA,
    live_photo_video_id UUID,
    width BIGINT,
    height BIGINT,
    orientation TEXT,
    projection_type TEXT,
    city TEXT,
    country TEXT,
    latitude DOUBLE PRECISION,
    longitude DOUBLE PRECISION,
    PRIMARY KEY (owner_id, visibility, is_trashed, month, day, file_created_at, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX timeline_asset_id ON timeline_asset (id);

-- The rows of the table as they have to be.
CREATE VIEW timeline AS
SELECT owner_id, visibility, deleted_at IS NOT NULL AS is_trashed,
    unixepoch(day * 86400, 'unixepoch', 'start of month') / 86400 AS month, day, file_created_at, id, local_date_time,
    deleted_at, is_favorite, type = 'IMAGE' AS is_image, duration, thumbhash, live_photo_video_id, width, height,
    orientation, projection_type, city, country, latitude, longitude
FROM (SELECT *, (MAX(MIN(local_date_time, 253402300799999999), -62135596800000000) + 62135596800000000) / 86400000000
        - 719162 AS day FROM asset)
    JOIN exif ON asset_id = id;

CREATE TRIGGER timeline_count_insert AFTER INSERT ON timeline_asset BEGIN
    INSERT INTO timeline_count (owner_id, visibility, is_trashed, month, slot, assets, favorites)
    VALUES (NEW.owner_id, NEW.visibility, NEW.is_trashed, NEW.month, 0, 1, NEW.is_favorite)
    ON CONFLICT DO UPDATE SET assets = assets + 1, favorites = favorites + excluded.favorites;
END;

CREATE TRIGGER timeline_count_delete AFTER DELETE ON timeline_asset BEGIN
    UPDATE timeline_count SET assets = assets - 1, favorites = favorites - OLD.is_favorite
    WHERE owner_id = OLD.owner_id AND visibility = OLD.visibility AND is_trashed = OLD.is_trashed AND month = OLD.month;
END;

CREATE TRIGGER timeline_count_update AFTER UPDATE OF owner_id, visibility, is_trashed, month, is_favorite ON timeline_asset
WHEN (OLD.owner_id, OLD.visibility, OLD.is_trashed, OLD.month, OLD.is_favorite)
    <> (NEW.owner_id, NEW.visibility, NEW.is_trashed, NEW.month, NEW.is_favorite)
BEGIN
    UPDATE timeline_count SET assets = assets - 1, favorites = favorites - OLD.is_favorite
    WHERE owner_id = OLD.owner_id AND visibility = OLD.visibility AND is_trashed = OLD.is_trashed AND month = OLD.month;
    INSERT INTO timeline_count (owner_id, visibility, is_trashed, month, slot, assets, favorites)
    VALUES (NEW.owner_id, NEW.visibility, NEW.is_trashed, NEW.month, 0, 1, NEW.is_favorite)
    ON CONFLICT DO UPDATE SET assets = assets + 1, favorites = favorites + excluded.favorites;
END;

INSERT INTO timeline_asset SELECT * FROM timeline ORDER BY owner_id, visibility, is_trashed, month, day, file_created_at, id;

CREATE TRIGGER timeline_insert AFTER INSERT ON exif BEGIN
    INSERT INTO timeline_asset SELECT * FROM timeline WHERE id = NEW.asset_id;
END;

CREATE TRIGGER timeline_asset_update AFTER UPDATE OF owner_id, visibility, deleted_at, local_date_time, file_created_at,
    is_favorite, type, duration, thumbhash, live_photo_video_id ON asset
WHEN (OLD.owner_id, OLD.visibility, OLD.deleted_at, OLD.local_date_time, OLD.file_created_at,
        OLD.is_favorite, OLD.type, OLD.duration, OLD.thumbhash, OLD.live_photo_video_id)
    IS NOT (NEW.owner_id, NEW.visibility, NEW.deleted_at, NEW.local_date_time, NEW.file_created_at,
        NEW.is_favorite, NEW.type, NEW.duration, NEW.thumbhash, NEW.live_photo_video_id)
BEGIN
    UPDATE timeline_asset SET (owner_id, visibility, is_trashed, month, day, file_created_at, local_date_time, deleted_at,
            is_favorite, is_image, duration, thumbhash, live_photo_video_id)
        = (SELECT owner_id, visibility, is_trashed, month, day, file_created_at, local_date_time, deleted_at,
            is_favorite, is_image, duration, thumbhash, live_photo_video_id FROM timeline WHERE id = NEW.id)
    WHERE id = NEW.id;
END;

CREATE TRIGGER timeline_exif_update AFTER UPDATE OF width, height, orientation, projection_type, city, country, latitude,
    longitude ON exif
WHEN (OLD.width, OLD.height, OLD.orientation, OLD.projection_type, OLD.city, OLD.country, OLD.latitude, OLD.longitude)
    IS NOT (NEW.width, NEW.height, NEW.orientation, NEW.projection_type, NEW.city, NEW.country, NEW.latitude, NEW.longitude)
BEGIN
    UPDATE timeline_asset SET width = NEW.width, height = NEW.height, orientation = NEW.orientation,
        projection_type = NEW.projection_type, city = NEW.city, country = NEW.country, latitude = NEW.latitude,
        longitude = NEW.longitude
    WHERE id = NEW.asset_id;
END;
