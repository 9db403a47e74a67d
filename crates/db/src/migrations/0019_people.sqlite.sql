CREATE TRIGGER asset_face_insert AFTER INSERT ON asset_face WHEN NEW.deleted_at IS NULL BEGIN
    UPDATE asset_face SET is_shown = TRUE
    WHERE id = NEW.id AND EXISTS (SELECT 1 FROM asset
        WHERE asset.id = NEW.asset_id AND asset.visibility = 'timeline' AND asset.deleted_at IS NULL);
END;

CREATE TRIGGER asset_face_asset_update AFTER UPDATE OF visibility, deleted_at ON asset
WHEN (OLD.visibility = 'timeline' AND OLD.deleted_at IS NULL) <> (NEW.visibility = 'timeline' AND NEW.deleted_at IS NULL)
BEGIN
    UPDATE asset_face SET is_shown = NEW.visibility = 'timeline' AND NEW.deleted_at IS NULL
    WHERE asset_id = NEW.id AND deleted_at IS NULL;
END;

CREATE TRIGGER person_faces_update AFTER UPDATE OF person_id, is_shown ON asset_face
WHEN (OLD.person_id, OLD.is_shown) IS NOT (NEW.person_id, NEW.is_shown)
BEGIN
    UPDATE person SET faces = faces - 1 WHERE id = OLD.person_id AND OLD.is_shown;
    UPDATE person SET faces = faces + 1 WHERE id = NEW.person_id AND NEW.is_shown;
END;

CREATE TRIGGER person_faces_delete AFTER DELETE ON asset_face WHEN OLD.is_shown BEGIN
    UPDATE person SET faces = faces - 1 WHERE id = OLD.person_id;
END;

CREATE TRIGGER person_count_update AFTER UPDATE OF faces, is_hidden ON person
WHEN (OLD.faces > 0, OLD.is_hidden) <> (NEW.faces > 0, NEW.is_hidden)
BEGIN
    UPDATE person_count SET people = people - 1
    WHERE owner_id = OLD.owner_id AND is_hidden = OLD.is_hidden AND OLD.faces > 0;
    INSERT INTO person_count (owner_id, is_hidden, slot, people)
    SELECT NEW.owner_id, NEW.is_hidden, 0, 1 WHERE NEW.faces > 0
    ON CONFLICT DO UPDATE SET people = people + 1;
END;

CREATE TRIGGER person_count_delete AFTER DELETE ON person WHEN OLD.faces > 0 BEGIN
    UPDATE person_count SET people = people - 1 WHERE owner_id = OLD.owner_id AND is_hidden = OLD.is_hidden;
END;
