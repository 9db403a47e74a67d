CREATE TRIGGER partner_created AFTER INSERT ON partner BEGIN
    UPDATE partner SET create_id = NEW.update_id
    WHERE shared_by_id = NEW.shared_by_id AND shared_with_id = NEW.shared_with_id;
END;

CREATE TRIGGER album_user_created AFTER INSERT ON album_user BEGIN
    UPDATE album_user SET create_id = NEW.update_id WHERE album_id = NEW.album_id AND user_id = NEW.user_id;
END;

CREATE TRIGGER exif_owner AFTER INSERT ON exif BEGIN
    UPDATE exif SET asset_owner_id = (SELECT owner_id FROM asset WHERE id = NEW.asset_id) WHERE asset_id = NEW.asset_id;
END;

CREATE TRIGGER asset_face_owner AFTER INSERT ON asset_face BEGIN
    UPDATE asset_face SET asset_owner_id = (SELECT owner_id FROM asset WHERE id = NEW.asset_id) WHERE id = NEW.id;
END;

CREATE TRIGGER asset_metadata_owner AFTER INSERT ON asset_metadata BEGIN
    UPDATE asset_metadata SET asset_owner_id = (SELECT owner_id FROM asset WHERE id = NEW.asset_id)
    WHERE asset_id = NEW.asset_id AND key = NEW.key;
END;

CREATE TRIGGER memory_asset_owner AFTER INSERT ON memory_asset BEGIN
    UPDATE memory_asset SET memory_owner_id = (SELECT owner_id FROM memory WHERE id = NEW.memory_id)
    WHERE memory_id = NEW.memory_id AND asset_id = NEW.asset_id;
END;

-- What goes with its memory is not told by itself.
CREATE TRIGGER memory_asset_gone AFTER DELETE ON memory_asset
WHEN EXISTS (SELECT 1 FROM memory WHERE id = OLD.memory_id)
BEGIN
    INSERT INTO tombstone (update_id, owner_id, entity, entity_id, other_id, deleted_at)
    VALUES (next_change_id(), OLD.memory_owner_id, 'memory_asset', OLD.memory_id, OLD.asset_id, clock_micros());
END;

-- What partners are not shown any more is gone for them; what they are shown again has changed for them. A moving part is
-- shown with its picture.
CREATE TRIGGER asset_shown_to_partners AFTER UPDATE OF visibility, deleted_at, live_photo_video_id ON asset
WHEN (OLD.visibility = 'timeline', OLD.deleted_at IS NULL, OLD.live_photo_video_id)
    IS NOT (NEW.visibility = 'timeline', NEW.deleted_at IS NULL, NEW.live_photo_video_id)
BEGIN
    INSERT INTO tombstone (update_id, owner_id, entity, entity_id, deleted_at)
    SELECT next_change_id(), NEW.owner_id, 'shown_asset', closed.id, clock_micros()
    FROM (SELECT NEW.id AS id UNION ALL SELECT NEW.live_photo_video_id) AS closed
    WHERE closed.id IS NOT NULL AND NOT (NEW.visibility = 'timeline' AND NEW.deleted_at IS NULL);
    INSERT INTO tombstone (update_id, owner_id, entity, entity_id, deleted_at)
    SELECT next_change_id(), owner_id, 'shown_stack', id, clock_micros() FROM stack
    WHERE id = NEW.stack_id AND primary_asset_id = NEW.id
        AND NOT (NEW.visibility = 'timeline' AND NEW.deleted_at IS NULL);
    UPDATE exif SET update_id = next_change_id()
    WHERE asset_id IN (NEW.id, NEW.live_photo_video_id) AND NEW.visibility = 'timeline' AND NEW.deleted_at IS NULL;
    UPDATE asset SET update_id = next_change_id()
    WHERE id = NEW.live_photo_video_id AND NEW.visibility = 'timeline' AND NEW.deleted_at IS NULL;
    UPDATE stack SET update_id = next_change_id()
    WHERE id = NEW.stack_id AND NEW.visibility = 'timeline' AND NEW.deleted_at IS NULL;
END;

CREATE TRIGGER asset_part_inserted AFTER INSERT ON asset WHEN NEW.live_photo_video_id IS NOT NULL BEGIN
    INSERT INTO tombstone (update_id, owner_id, entity, entity_id, deleted_at)
    SELECT next_change_id(), NEW.owner_id, 'shown_asset', NEW.live_photo_video_id, clock_micros()
    WHERE NOT (NEW.visibility = 'timeline' AND NEW.deleted_at IS NULL);
    UPDATE exif SET update_id = next_change_id()
    WHERE asset_id = NEW.live_photo_video_id AND NEW.visibility = 'timeline' AND NEW.deleted_at IS NULL;
    UPDATE asset SET update_id = next_change_id()
    WHERE id = NEW.live_photo_video_id AND NEW.visibility = 'timeline' AND NEW.deleted_at IS NULL;
END;

-- The same for those who are in an album that it is in. What is locked leaves its albums anyway.
CREATE TRIGGER asset_shown_in_albums AFTER UPDATE OF visibility, deleted_at ON asset
WHEN (OLD.visibility, OLD.deleted_at IS NULL) <> (NEW.visibility, NEW.deleted_at IS NULL)
BEGIN
    INSERT INTO tombstone (update_id, owner_id, entity, entity_id, deleted_at)
    SELECT next_change_id(), album_id, 'shown_album_asset', asset_id, clock_micros() FROM album_asset
    WHERE asset_id = NEW.id AND NEW.visibility <> 'locked'
        AND OLD.deleted_at IS NULL
        AND (OLD.visibility = 'timeline' OR OLD.visibility = 'archive' AND added_by = NEW.owner_id)
        AND NOT (NEW.deleted_at IS NULL
            AND (NEW.visibility = 'timeline' OR NEW.visibility = 'archive' AND added_by = NEW.owner_id));
    UPDATE album_asset SET update_id = next_change_id()
    WHERE asset_id = NEW.id
        AND NOT (OLD.deleted_at IS NULL
            AND (OLD.visibility = 'timeline' OR OLD.visibility = 'archive' AND added_by = NEW.owner_id))
        AND NEW.deleted_at IS NULL
        AND (NEW.visibility = 'timeline' OR NEW.visibility = 'archive' AND added_by = NEW.owner_id);
END;

-- A change of an asset is one of the copies of its former files, after it.
CREATE TRIGGER asset_before_copies AFTER UPDATE OF update_id ON asset
WHEN EXISTS (SELECT 1 FROM replaced_file WHERE asset_id = NEW.id)
BEGIN
    UPDATE asset SET update_id = next_change_id()
    WHERE id IN (SELECT copy_id FROM replaced_file WHERE asset_id = NEW.id);
END;

-- Partners are not shown a stack whose primary they are not shown.
CREATE TRIGGER stack_shown_to_partners AFTER UPDATE OF primary_asset_id ON stack
WHEN NOT EXISTS (SELECT 1 FROM asset
    WHERE id = NEW.primary_asset_id AND visibility = 'timeline' AND deleted_at IS NULL)
BEGIN
    INSERT INTO tombstone (update_id, owner_id, entity, entity_id, deleted_at)
    VALUES (next_change_id(), NEW.owner_id, 'shown_stack', NEW.id, clock_micros());
END;
