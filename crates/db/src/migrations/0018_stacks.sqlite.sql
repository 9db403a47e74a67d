DROP TRIGGER timeline_count_insert;
DROP TRIGGER timeline_count_delete;
DROP TRIGGER timeline_count_update;
DROP TRIGGER timeline_insert;
DROP TRIGGER timeline_asset_update;
DROP VIEW timeline;

-- The rows of `timeline_asset` as they have to be, but for `stack_count`.
CREATE VIEW timeline AS
SELECT owner_id, visibility, deleted_at IS NOT NULL AS is_trashed,
    unixepoch(day * 86400, 'unixepoch', 'start of month') / 86400 AS month, day, file_created_at, id, local_date_time,
    deleted_at, is_favorite, type = 'IMAGE' AS is_image, duration, thumbhash, live_photo_video_id, width, height,
    orientation, projection_type, city, country, latitude, longitude, stack_id
FROM (SELECT *, (MAX(MIN(local_date_time, 253402300799999999), -62135596800000000) + 62135596800000000) / 86400000000
        - 719162 AS day FROM asset)
    JOIN exif ON asset_id = id;

CREATE TRIGGER timeline_count_insert AFTER INSERT ON timeline_asset BEGIN
    INSERT INTO timeline_count (owner_id, visibility, is_trashed, month, slot, assets, favorites, primaries,
        favorite_primaries)
    VALUES (NEW.owner_id, NEW.visibility, NEW.is_trashed, NEW.month, 0, 1, NEW.is_favorite, NEW.stack_count > 0,
        NEW.is_favorite AND NEW.stack_count > 0)
    ON CONFLICT DO UPDATE SET assets = assets + excluded.assets, favorites = favorites + excluded.favorites,
        primaries = primaries + excluded.primaries, favorite_primaries = favorite_primaries + excluded.favorite_primaries;
END;

CREATE TRIGGER timeline_count_delete AFTER DELETE ON timeline_asset BEGIN
    UPDATE timeline_count SET assets = assets - 1, favorites = favorites - OLD.is_favorite,
        primaries = primaries - (OLD.stack_count > 0),
        favorite_primaries = favorite_primaries - (OLD.is_favorite AND OLD.stack_count > 0)
    WHERE owner_id = OLD.owner_id AND visibility = OLD.visibility AND is_trashed = OLD.is_trashed AND month = OLD.month;
END;

-- The triggers of one change come in any order: where an asset is gone from, it may be counted only after that.
CREATE TRIGGER timeline_count_update
AFTER UPDATE OF owner_id, visibility, is_trashed, month, is_favorite, stack_count ON timeline_asset
WHEN (OLD.owner_id, OLD.visibility, OLD.is_trashed, OLD.month, OLD.is_favorite, OLD.stack_count > 0)
    <> (NEW.owner_id, NEW.visibility, NEW.is_trashed, NEW.month, NEW.is_favorite, NEW.stack_count > 0)
BEGIN
    INSERT INTO timeline_count (owner_id, visibility, is_trashed, month, slot, assets, favorites, primaries,
        favorite_primaries)
    VALUES (OLD.owner_id, OLD.visibility, OLD.is_trashed, OLD.month, 0, -1, -OLD.is_favorite, -(OLD.stack_count > 0),
            -(OLD.is_favorite AND OLD.stack_count > 0)),
        (NEW.owner_id, NEW.visibility, NEW.is_trashed, NEW.month, 0, 1, NEW.is_favorite, NEW.stack_count > 0,
            NEW.is_favorite AND NEW.stack_count > 0)
    ON CONFLICT DO UPDATE SET assets = assets + excluded.assets, favorites = favorites + excluded.favorites,
        primaries = primaries + excluded.primaries, favorite_primaries = favorite_primaries + excluded.favorite_primaries;
END;

CREATE TRIGGER timeline_insert AFTER INSERT ON exif BEGIN
    INSERT INTO timeline_asset SELECT timeline.*, 1 FROM timeline WHERE id = NEW.asset_id;
END;

CREATE TRIGGER timeline_asset_update AFTER UPDATE OF owner_id, visibility, deleted_at, local_date_time, file_created_at,
    is_favorite, type, duration, thumbhash, live_photo_video_id, stack_id ON asset
WHEN (OLD.owner_id, OLD.visibility, OLD.deleted_at, OLD.local_date_time, OLD.file_created_at,
        OLD.is_favorite, OLD.type, OLD.duration, OLD.thumbhash, OLD.live_photo_video_id, OLD.stack_id)
    IS NOT (NEW.owner_id, NEW.visibility, NEW.deleted_at, NEW.local_date_time, NEW.file_created_at,
        NEW.is_favorite, NEW.type, NEW.duration, NEW.thumbhash, NEW.live_photo_video_id, NEW.stack_id)
BEGIN
    UPDATE timeline_asset SET (owner_id, visibility, is_trashed, month, day, file_created_at, local_date_time, deleted_at,
            is_favorite, is_image, duration, thumbhash, live_photo_video_id, stack_id)
        = (SELECT owner_id, visibility, is_trashed, month, day, file_created_at, local_date_time, deleted_at,
            is_favorite, is_image, duration, thumbhash, live_photo_video_id, stack_id FROM timeline WHERE id = NEW.id)
    WHERE id = NEW.id;
END;

-- Whoever inserts a stack here has its assets counted anew: triggers have no other way to share what they do.
CREATE VIEW stack_recount AS SELECT id AS stack_id FROM stack;
CREATE TRIGGER stack_recount_insert INSTEAD OF INSERT ON stack_recount BEGIN
    UPDATE timeline_asset SET stack_count = wanted.stack_count
    FROM (SELECT member.id, CASE ROW_NUMBER() OVER (PARTITION BY visibility, is_trashed
                    ORDER BY member.id <> primary_asset_id, file_created_at, member.id)
                WHEN 1 THEN COUNT(*) OVER (PARTITION BY visibility, is_trashed) ELSE 0 END AS stack_count
            FROM timeline_asset AS member JOIN stack ON stack.id = member.stack_id
            WHERE member.stack_id = NEW.stack_id) AS wanted
    WHERE timeline_asset.id = wanted.id AND timeline_asset.stack_count <> wanted.stack_count;
END;

CREATE TRIGGER timeline_stack_insert AFTER INSERT ON timeline_asset WHEN NEW.stack_id IS NOT NULL BEGIN
    INSERT INTO stack_recount (stack_id) VALUES (NEW.stack_id);
END;

CREATE TRIGGER timeline_stack_update AFTER UPDATE OF visibility, is_trashed, file_created_at, stack_id ON timeline_asset
WHEN COALESCE(OLD.stack_id, NEW.stack_id) IS NOT NULL
    AND (OLD.visibility, OLD.is_trashed, OLD.file_created_at, OLD.stack_id)
        IS NOT (NEW.visibility, NEW.is_trashed, NEW.file_created_at, NEW.stack_id)
BEGIN
    UPDATE timeline_asset SET stack_count = 1 WHERE id = NEW.id AND stack_id IS NULL;
    INSERT INTO stack_recount (stack_id) SELECT OLD.stack_id UNION SELECT NEW.stack_id;
END;

CREATE TRIGGER timeline_stack_primary AFTER UPDATE OF primary_asset_id ON stack
WHEN OLD.primary_asset_id <> NEW.primary_asset_id
BEGIN
    INSERT INTO stack_recount (stack_id) VALUES (NEW.id);
END;
