-- What the timeline shows of each asset. Its index has all of it in order: a month is one stretch of the index, so
-- nothing has to be looked for in other places.
CREATE TABLE timeline_asset (
    owner_id UUID NOT NULL,
    visibility TEXT NOT NULL,
    is_trashed BOOLEAN NOT NULL,
    -- The first day of its month, and its day: by the wall clock where the picture was taken, counted from the first of
    -- 1970 on. What is older than the year 1 or younger than 9999 counts to the first or the last day of these.
    month BIGINT NOT NULL,
    day BIGINT NOT NULL,
    file_created_at BIGINT NOT NULL,
    id UUID PRIMARY KEY REFERENCES asset (id) ON DELETE CASCADE,
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
    longitude DOUBLE PRECISION
);

CREATE FUNCTION timeline_day(local BIGINT) RETURNS BIGINT LANGUAGE sql IMMUTABLE AS $$
    SELECT (GREATEST(LEAST(local, 253402300799999999), -62135596800000000) + 62135596800000000) / 86400000000 - 719162
$$;

CREATE FUNCTION timeline_month(day BIGINT) RETURNS BIGINT LANGUAGE sql IMMUTABLE AS $$
    SELECT (date_trunc('month', (DATE '1970-01-01' + day::INT)::TIMESTAMP)::DATE - DATE '1970-01-01')::BIGINT
$$;

-- The row of an asset as it has to be.
CREATE FUNCTION timeline_row(asset, exif) RETURNS timeline_asset LANGUAGE sql IMMUTABLE AS $$
    SELECT ($1.owner_id, $1.visibility, $1.deleted_at IS NOT NULL, timeline_month(timeline_day($1.local_date_time)),
        timeline_day($1.local_date_time), $1.file_created_at, $1.id, $1.local_date_time, $1.deleted_at, $1.is_favorite,
        $1.type = 'IMAGE', $1.duration, $1.thumbhash, $1.live_photo_video_id, $2.width, $2.height, $2.orientation,
        $2.projection_type, $2.city, $2.country, $2.latitude, $2.longitude)::timeline_asset
$$;

INSERT INTO timeline_asset
SELECT made.* FROM asset JOIN exif ON exif.asset_id = asset.id, timeline_row(asset, exif) AS made;

INSERT INTO timeline_count (owner_id, visibility, is_trashed, month, slot, assets, favorites)
SELECT owner_id, visibility, is_trashed, month, 0, COUNT(*), COUNT(*) FILTER (WHERE is_favorite)
FROM timeline_asset GROUP BY owner_id, visibility, is_trashed, month;

CREATE INDEX timeline_asset_order ON timeline_asset (owner_id, visibility, is_trashed, month, day, file_created_at, id)
    INCLUDE (local_date_time, deleted_at, is_favorite, is_image, duration, thumbhash, live_photo_video_id, width, height,
        orientation, projection_type, city, country, latitude, longitude);

CREATE FUNCTION count_in_timeline(changed timeline_asset, sign BIGINT) RETURNS VOID LANGUAGE sql AS $$
    INSERT INTO timeline_count AS kept (owner_id, visibility, is_trashed, month, slot, assets, favorites)
    VALUES (changed.owner_id, changed.visibility, changed.is_trashed, changed.month, pg_backend_pid() % 16, sign,
        CASE WHEN changed.is_favorite THEN sign ELSE 0 END)
    ON CONFLICT (owner_id, visibility, is_trashed, month, slot)
    DO UPDATE SET assets = kept.assets + excluded.assets, favorites = kept.favorites + excluded.favorites;
$$;

CREATE FUNCTION timeline_changed() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM count_in_timeline(OLD, -1); END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM count_in_timeline(NEW, 1); END IF;
    RETURN NULL;
END;
$$;

CREATE TRIGGER timeline_count_rows AFTER INSERT OR DELETE ON timeline_asset
    FOR EACH ROW EXECUTE FUNCTION timeline_changed();
CREATE TRIGGER timeline_count_changes AFTER UPDATE ON timeline_asset FOR EACH ROW
    WHEN ((OLD.owner_id, OLD.visibility, OLD.is_trashed, OLD.month, OLD.is_favorite)
        IS DISTINCT FROM (NEW.owner_id, NEW.visibility, NEW.is_trashed, NEW.month, NEW.is_favorite))
    EXECUTE FUNCTION timeline_changed();

CREATE FUNCTION enter_timeline() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO timeline_asset SELECT made.* FROM asset, timeline_row(asset, NEW) AS made WHERE asset.id = NEW.asset_id;
    RETURN NULL;
END;
$$;

CREATE TRIGGER timeline_insert AFTER INSERT ON exif FOR EACH ROW EXECUTE FUNCTION enter_timeline();

-- Each of the two that follow writes what its own table says. Two writers that change both tables of one asset wait for
-- each other at its row here, and neither undoes what the other wrote.
CREATE FUNCTION move_in_timeline() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE timeline_asset SET owner_id = NEW.owner_id, visibility = NEW.visibility,
        is_trashed = NEW.deleted_at IS NOT NULL, month = timeline_month(timeline_day(NEW.local_date_time)),
        day = timeline_day(NEW.local_date_time), file_created_at = NEW.file_created_at,
        local_date_time = NEW.local_date_time, deleted_at = NEW.deleted_at, is_favorite = NEW.is_favorite,
        is_image = NEW.type = 'IMAGE', duration = NEW.duration, thumbhash = NEW.thumbhash,
        live_photo_video_id = NEW.live_photo_video_id
    WHERE id = NEW.id;
    RETURN NULL;
END;
$$;

CREATE TRIGGER timeline_asset_update AFTER UPDATE ON asset FOR EACH ROW
    WHEN ((OLD.owner_id, OLD.visibility, OLD.deleted_at, OLD.local_date_time, OLD.file_created_at, OLD.is_favorite,
            OLD.type, OLD.duration, OLD.thumbhash, OLD.live_photo_video_id)
        IS DISTINCT FROM (NEW.owner_id, NEW.visibility, NEW.deleted_at, NEW.local_date_time, NEW.file_created_at,
            NEW.is_favorite, NEW.type, NEW.duration, NEW.thumbhash, NEW.live_photo_video_id))
    EXECUTE FUNCTION move_in_timeline();

CREATE FUNCTION describe_in_timeline() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE timeline_asset SET width = NEW.width, height = NEW.height, orientation = NEW.orientation,
        projection_type = NEW.projection_type, city = NEW.city, country = NEW.country, latitude = NEW.latitude,
        longitude = NEW.longitude
    WHERE id = NEW.asset_id;
    RETURN NULL;
END;
$$;

CREATE TRIGGER timeline_exif_update AFTER UPDATE ON exif FOR EACH ROW
    WHEN ((OLD.width, OLD.height, OLD.orientation, OLD.projection_type, OLD.city, OLD.country, OLD.latitude, OLD.longitude)
        IS DISTINCT FROM (NEW.width, NEW.height, NEW.orientation, NEW.projection_type, NEW.city, NEW.country,
            NEW.latitude, NEW.longitude))
    EXECUTE FUNCTION describe_in_timeline();
