-- The row of an asset as it has to be, by itself.
CREATE OR REPLACE FUNCTION timeline_row(asset, exif) RETURNS timeline_asset LANGUAGE sql IMMUTABLE AS $$
    SELECT ($1.owner_id, $1.visibility, $1.deleted_at IS NOT NULL, timeline_month(timeline_day($1.local_date_time)),
        timeline_day($1.local_date_time), $1.file_created_at, $1.id, $1.local_date_time, $1.deleted_at, $1.is_favorite,
        $1.type = 'IMAGE', $1.duration, $1.thumbhash, $1.live_photo_video_id, $2.width, $2.height, $2.orientation,
        $2.projection_type, $2.city, $2.country, $2.latitude, $2.longitude, $1.stack_id, 1)::timeline_asset
$$;

DROP INDEX timeline_asset_order;
CREATE INDEX timeline_asset_order ON timeline_asset (owner_id, visibility, is_trashed, month, day, file_created_at, id)
    INCLUDE (local_date_time, deleted_at, is_favorite, is_image, duration, thumbhash, live_photo_video_id, width, height,
        orientation, projection_type, city, country, latitude, longitude, stack_id, stack_count);

CREATE OR REPLACE FUNCTION count_in_timeline(changed timeline_asset, sign BIGINT) RETURNS VOID LANGUAGE sql AS $$
    INSERT INTO timeline_count AS kept (owner_id, visibility, is_trashed, month, slot, assets, favorites, primaries,
        favorite_primaries)
    VALUES (changed.owner_id, changed.visibility, changed.is_trashed, changed.month, pg_backend_pid() % 16, sign,
        CASE WHEN changed.is_favorite THEN sign ELSE 0 END,
        CASE WHEN changed.stack_count > 0 THEN sign ELSE 0 END,
        CASE WHEN changed.stack_count > 0 AND changed.is_favorite THEN sign ELSE 0 END)
    ON CONFLICT (owner_id, visibility, is_trashed, month, slot)
    DO UPDATE SET assets = kept.assets + excluded.assets, favorites = kept.favorites + excluded.favorites,
        primaries = kept.primaries + excluded.primaries,
        favorite_primaries = kept.favorite_primaries + excluded.favorite_primaries;
$$;

DROP TRIGGER timeline_count_changes ON timeline_asset;
CREATE TRIGGER timeline_count_changes AFTER UPDATE ON timeline_asset FOR EACH ROW
    WHEN ((OLD.owner_id, OLD.visibility, OLD.is_trashed, OLD.month, OLD.is_favorite, OLD.stack_count > 0)
        IS DISTINCT FROM (NEW.owner_id, NEW.visibility, NEW.is_trashed, NEW.month, NEW.is_favorite, NEW.stack_count > 0))
    EXECUTE FUNCTION timeline_changed();

CREATE OR REPLACE FUNCTION move_in_timeline() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE timeline_asset SET owner_id = NEW.owner_id, visibility = NEW.visibility,
        is_trashed = NEW.deleted_at IS NOT NULL, month = timeline_month(timeline_day(NEW.local_date_time)),
        day = timeline_day(NEW.local_date_time), file_created_at = NEW.file_created_at,
        local_date_time = NEW.local_date_time, deleted_at = NEW.deleted_at, is_favorite = NEW.is_favorite,
        is_image = NEW.type = 'IMAGE', duration = NEW.duration, thumbhash = NEW.thumbhash,
        live_photo_video_id = NEW.live_photo_video_id, stack_id = NEW.stack_id
    WHERE id = NEW.id;
    RETURN NULL;
END;
$$;

DROP TRIGGER timeline_asset_update ON asset;
CREATE TRIGGER timeline_asset_update AFTER UPDATE ON asset FOR EACH ROW
    WHEN ((OLD.owner_id, OLD.visibility, OLD.deleted_at, OLD.local_date_time, OLD.file_created_at, OLD.is_favorite,
            OLD.type, OLD.duration, OLD.thumbhash, OLD.live_photo_video_id, OLD.stack_id)
        IS DISTINCT FROM (NEW.owner_id, NEW.visibility, NEW.deleted_at, NEW.local_date_time, NEW.file_created_at,
            NEW.is_favorite, NEW.type, NEW.duration, NEW.thumbhash, NEW.live_photo_video_id, NEW.stack_id))
    EXECUTE FUNCTION move_in_timeline();

-- Counts the assets of a stack. Whoever comes second waits at the stack, and then sees what the first has changed.
CREATE FUNCTION count_stack(changed UUID) RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM stack WHERE id = changed FOR NO KEY UPDATE;
    UPDATE timeline_asset SET stack_count = wanted.stack_count
    FROM (SELECT member.id, CASE ROW_NUMBER() OVER (PARTITION BY visibility, is_trashed
                    ORDER BY member.id <> primary_asset_id, file_created_at, member.id)
                WHEN 1 THEN COUNT(*) OVER (PARTITION BY visibility, is_trashed) ELSE 0 END AS stack_count
            FROM timeline_asset AS member JOIN stack ON stack.id = member.stack_id
            WHERE member.stack_id = changed) AS wanted
    WHERE timeline_asset.id = wanted.id AND timeline_asset.stack_count <> wanted.stack_count;
END;
$$;

CREATE FUNCTION timeline_stack_changed() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.stack_id IS DISTINCT FROM NEW.stack_id THEN
        UPDATE timeline_asset SET stack_count = 1 WHERE id = NEW.id AND stack_id IS NULL;
        PERFORM count_stack(OLD.stack_id);
    END IF;
    PERFORM count_stack(NEW.stack_id);
    RETURN NULL;
END;
$$;

CREATE TRIGGER timeline_stack_rows AFTER INSERT ON timeline_asset FOR EACH ROW
    WHEN (NEW.stack_id IS NOT NULL) EXECUTE FUNCTION timeline_stack_changed();
CREATE TRIGGER timeline_stack_changes AFTER UPDATE ON timeline_asset FOR EACH ROW
    WHEN (COALESCE(OLD.stack_id, NEW.stack_id) IS NOT NULL
        AND (OLD.visibility, OLD.is_trashed, OLD.file_created_at, OLD.stack_id)
            IS DISTINCT FROM (NEW.visibility, NEW.is_trashed, NEW.file_created_at, NEW.stack_id))
    EXECUTE FUNCTION timeline_stack_changed();

CREATE FUNCTION stack_primary_changed() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    PERFORM count_stack(NEW.id);
    RETURN NULL;
END;
$$;

CREATE TRIGGER timeline_stack_primary AFTER UPDATE ON stack FOR EACH ROW
    WHEN (OLD.primary_asset_id <> NEW.primary_asset_id) EXECUTE FUNCTION stack_primary_changed();
