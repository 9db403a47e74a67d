CREATE FUNCTION take_create_id() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    NEW.create_id := NEW.update_id;
    RETURN NEW;
END;
$$;

CREATE TRIGGER partner_created BEFORE INSERT ON partner FOR EACH ROW EXECUTE FUNCTION take_create_id();
CREATE TRIGGER album_user_created BEFORE INSERT ON album_user FOR EACH ROW EXECUTE FUNCTION take_create_id();

CREATE FUNCTION take_asset_owner() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    NEW.asset_owner_id := (SELECT owner_id FROM asset WHERE id = NEW.asset_id);
    RETURN NEW;
END;
$$;

CREATE TRIGGER exif_owner BEFORE INSERT ON exif FOR EACH ROW EXECUTE FUNCTION take_asset_owner();
CREATE TRIGGER asset_face_owner BEFORE INSERT ON asset_face FOR EACH ROW EXECUTE FUNCTION take_asset_owner();
CREATE TRIGGER asset_metadata_owner BEFORE INSERT ON asset_metadata FOR EACH ROW EXECUTE FUNCTION take_asset_owner();

CREATE FUNCTION take_memory_owner() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    NEW.memory_owner_id := (SELECT owner_id FROM memory WHERE id = NEW.memory_id);
    RETURN NEW;
END;
$$;

CREATE TRIGGER memory_asset_owner BEFORE INSERT ON memory_asset FOR EACH ROW EXECUTE FUNCTION take_memory_owner();

-- What goes with its memory is not told by itself.
CREATE FUNCTION bury_memory_asset() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tombstone (update_id, owner_id, entity, entity_id, other_id, deleted_at)
    SELECT next_change_id(), OLD.memory_owner_id, 'memory_asset', OLD.memory_id, OLD.asset_id, clock_micros()
    WHERE EXISTS (SELECT 1 FROM memory WHERE id = OLD.memory_id);
    RETURN NULL;
END;
$$;

CREATE TRIGGER memory_asset_gone AFTER DELETE ON memory_asset FOR EACH ROW EXECUTE FUNCTION bury_memory_asset();

CREATE FUNCTION bury_for_partners(owner UUID, closed UUID) RETURNS VOID LANGUAGE sql AS $$
    INSERT INTO tombstone (update_id, owner_id, entity, entity_id, deleted_at)
    SELECT next_change_id(), owner, 'shown_asset', closed, clock_micros() WHERE closed IS NOT NULL
$$;

-- What partners are not shown any more is gone for them; what they are shown again has changed for them. A moving part is
-- shown with its picture.
CREATE FUNCTION show_to_partners() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.visibility = 'timeline' AND NEW.deleted_at IS NULL THEN
        UPDATE exif SET update_id = next_change_id() WHERE asset_id IN (NEW.id, NEW.live_photo_video_id);
        UPDATE asset SET update_id = next_change_id() WHERE id = NEW.live_photo_video_id;
        UPDATE stack SET update_id = next_change_id() WHERE id = NEW.stack_id;
    ELSE
        PERFORM bury_for_partners(NEW.owner_id, NEW.id);
        PERFORM bury_for_partners(NEW.owner_id, NEW.live_photo_video_id);
        INSERT INTO tombstone (update_id, owner_id, entity, entity_id, deleted_at)
        SELECT next_change_id(), owner_id, 'shown_stack', id, clock_micros() FROM stack
        WHERE id = NEW.stack_id AND primary_asset_id = NEW.id;
    END IF;
    RETURN NULL;
END;
$$;

CREATE TRIGGER asset_shown_to_partners AFTER UPDATE ON asset FOR EACH ROW
    WHEN ((OLD.visibility = 'timeline', OLD.deleted_at IS NULL, OLD.live_photo_video_id)
        IS DISTINCT FROM (NEW.visibility = 'timeline', NEW.deleted_at IS NULL, NEW.live_photo_video_id))
    EXECUTE FUNCTION show_to_partners();
CREATE TRIGGER asset_part_inserted AFTER INSERT ON asset FOR EACH ROW
    WHEN (NEW.live_photo_video_id IS NOT NULL) EXECUTE FUNCTION show_to_partners();

-- The same for those who are in an album that it is in. What is locked leaves its albums anyway.
CREATE FUNCTION show_in_albums() RETURNS TRIGGER LANGUAGE plpgsql AS $$
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
    RETURN NULL;
END;
$$;

CREATE TRIGGER asset_shown_in_albums AFTER UPDATE ON asset FOR EACH ROW
    WHEN ((OLD.visibility, OLD.deleted_at IS NULL) IS DISTINCT FROM (NEW.visibility, NEW.deleted_at IS NULL))
    EXECUTE FUNCTION show_in_albums();

-- A change of an asset is one of the copies of its former files, after it.
CREATE FUNCTION change_copies() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE asset SET update_id = next_change_id()
    WHERE id IN (SELECT copy_id FROM replaced_file WHERE asset_id = NEW.id);
    RETURN NULL;
END;
$$;

CREATE TRIGGER asset_before_copies AFTER UPDATE OF update_id ON asset FOR EACH ROW EXECUTE FUNCTION change_copies();

-- Partners are not shown a stack whose primary they are not shown.
CREATE FUNCTION show_stack_to_partners() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tombstone (update_id, owner_id, entity, entity_id, deleted_at)
    SELECT next_change_id(), NEW.owner_id, 'shown_stack', NEW.id, clock_micros()
    WHERE NOT EXISTS (SELECT 1 FROM asset
        WHERE id = NEW.primary_asset_id AND visibility = 'timeline' AND deleted_at IS NULL);
    RETURN NULL;
END;
$$;

CREATE TRIGGER stack_shown_to_partners AFTER UPDATE OF primary_asset_id ON stack FOR EACH ROW
    EXECUTE FUNCTION show_stack_to_partners();
