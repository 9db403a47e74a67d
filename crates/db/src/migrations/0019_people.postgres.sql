-- The lock keeps the asset where it is until the face can be seen by whoever moves it.
CREATE FUNCTION show_face() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    SELECT visibility = 'timeline' AND deleted_at IS NULL AND NEW.deleted_at IS NULL INTO NEW.is_shown
    FROM asset WHERE id = NEW.asset_id FOR SHARE;
    NEW.is_shown := COALESCE(NEW.is_shown, FALSE);
    RETURN NEW;
END;
$$;

CREATE TRIGGER asset_face_insert BEFORE INSERT ON asset_face FOR EACH ROW EXECUTE FUNCTION show_face();

CREATE FUNCTION show_faces_of_asset() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE asset_face SET is_shown = NEW.visibility = 'timeline' AND NEW.deleted_at IS NULL
    WHERE asset_id = NEW.id AND deleted_at IS NULL;
    RETURN NULL;
END;
$$;

CREATE TRIGGER asset_face_asset_update AFTER UPDATE ON asset FOR EACH ROW
    WHEN ((OLD.visibility = 'timeline' AND OLD.deleted_at IS NULL)
        <> (NEW.visibility = 'timeline' AND NEW.deleted_at IS NULL))
    EXECUTE FUNCTION show_faces_of_asset();

-- Each statement changes the count of a person once: a person may have many thousand faces.
CREATE FUNCTION count_faces() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE person SET faces = person.faces + counted.faces
        FROM (SELECT person_id, COUNT(*) AS faces FROM after_rows WHERE is_shown GROUP BY person_id) AS counted
        WHERE person.id = counted.person_id;
    ELSIF TG_OP = 'DELETE' THEN
        UPDATE person SET faces = person.faces - counted.faces
        FROM (SELECT person_id, COUNT(*) AS faces FROM before_rows WHERE is_shown GROUP BY person_id) AS counted
        WHERE person.id = counted.person_id;
    ELSE
        UPDATE person SET faces = person.faces + counted.faces
        FROM (
            SELECT person_id, CAST(SUM(sign) AS BIGINT) AS faces FROM (
                SELECT person_id, -1 AS sign FROM before_rows WHERE is_shown
                UNION ALL SELECT person_id, 1 FROM after_rows WHERE is_shown
            ) AS moved GROUP BY person_id HAVING SUM(sign) <> 0
        ) AS counted
        WHERE person.id = counted.person_id;
    END IF;
    RETURN NULL;
END;
$$;

CREATE TRIGGER person_faces_insert AFTER INSERT ON asset_face
    REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION count_faces();
CREATE TRIGGER person_faces_update AFTER UPDATE ON asset_face
    REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION count_faces();
CREATE TRIGGER person_faces_delete AFTER DELETE ON asset_face
    REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION count_faces();

CREATE FUNCTION count_person(counted person, sign BIGINT) RETURNS VOID LANGUAGE sql AS $$
    INSERT INTO person_count AS kept (owner_id, is_hidden, slot, people)
    SELECT counted.owner_id, counted.is_hidden, pg_backend_pid() % 16, sign WHERE counted.faces > 0
    ON CONFLICT (owner_id, is_hidden, slot) DO UPDATE SET people = kept.people + excluded.people;
$$;

CREATE FUNCTION person_changed() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    PERFORM count_person(OLD, -1);
    IF TG_OP = 'UPDATE' THEN PERFORM count_person(NEW, 1); END IF;
    RETURN NULL;
END;
$$;

CREATE TRIGGER person_count_update AFTER UPDATE ON person FOR EACH ROW
    WHEN ((OLD.faces > 0, OLD.is_hidden) IS DISTINCT FROM (NEW.faces > 0, NEW.is_hidden))
    EXECUTE FUNCTION person_changed();
CREATE TRIGGER person_count_delete AFTER DELETE ON person FOR EACH ROW EXECUTE FUNCTION person_changed();
