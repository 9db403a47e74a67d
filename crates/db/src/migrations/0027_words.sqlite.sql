-- Where an asset stands in the index of words: by the 67 seconds in which it was taken, and within them by its number in
-- `search_asset`, which has the lower 30 bits. Not STRICT: strict tables know no UUID.
CREATE TABLE search_words (
    id UUID NOT NULL PRIMARY KEY REFERENCES asset (id) ON DELETE CASCADE,
    place INTEGER NOT NULL
) WITHOUT ROWID;

-- The words of assets, each behind a sign of its owner, and their first 3 to 11 characters; none has more than 12. SQLite
-- answers in the order of places, so that the first page of a word costs what a page costs, however many assets have it.
CREATE VIRTUAL TABLE word_index USING fts5 (words, content = '', contentless_delete = 1, detail = none,
    tokenize = 'ascii', prefix = '4 5 6 7 8 9 10 11 12');

CREATE TRIGGER search_words_delete AFTER DELETE ON search_words BEGIN
    DELETE FROM word_index WHERE rowid = OLD.place;
END;

CREATE TRIGGER word_exif_insert AFTER INSERT ON exif
BEGIN
    INSERT INTO word_due (kind, id, is_deferred) VALUES ('asset', NEW.asset_id, FALSE)
    ON CONFLICT (kind, id) DO UPDATE SET is_deferred = FALSE, done_through = NULL;
END;

CREATE TRIGGER word_exif_update AFTER UPDATE OF description, city, state, country ON exif
WHEN (OLD.description, OLD.city, OLD.state, OLD.country) IS NOT (NEW.description, NEW.city, NEW.state, NEW.country)
BEGIN
    INSERT INTO word_due (kind, id, is_deferred) VALUES ('asset', NEW.asset_id, FALSE)
    ON CONFLICT (kind, id) DO UPDATE SET is_deferred = FALSE, done_through = NULL;
END;

CREATE TRIGGER word_asset_update AFTER UPDATE OF owner_id, original_file_name, file_created_at ON asset
WHEN (OLD.owner_id, OLD.original_file_name, OLD.file_created_at)
    IS NOT (NEW.owner_id, NEW.original_file_name, NEW.file_created_at)
BEGIN
    INSERT INTO word_due (kind, id, is_deferred) VALUES ('asset', NEW.id, FALSE)
    ON CONFLICT (kind, id) DO UPDATE SET is_deferred = FALSE, done_through = NULL;
END;

CREATE TRIGGER word_tag_given AFTER INSERT ON tag_asset
BEGIN
    INSERT INTO word_due (kind, id, is_deferred) VALUES ('asset', NEW.asset_id, FALSE)
    ON CONFLICT (kind, id) DO UPDATE SET is_deferred = FALSE, done_through = NULL;
END;

CREATE TRIGGER word_tag_taken AFTER DELETE ON tag_asset
BEGIN
    INSERT INTO word_due (kind, id, is_deferred) VALUES ('asset', OLD.asset_id, FALSE)
    ON CONFLICT (kind, id) DO UPDATE SET is_deferred = FALSE, done_through = NULL;
END;

CREATE TRIGGER word_face_insert AFTER INSERT ON asset_face
WHEN NEW.person_id IS NOT NULL
BEGIN
    INSERT INTO word_due (kind, id, is_deferred) VALUES ('asset', NEW.asset_id, FALSE)
    ON CONFLICT (kind, id) DO UPDATE SET is_deferred = FALSE, done_through = NULL;
END;

CREATE TRIGGER word_face_delete AFTER DELETE ON asset_face
WHEN OLD.person_id IS NOT NULL
BEGIN
    INSERT INTO word_due (kind, id, is_deferred) VALUES ('asset', OLD.asset_id, FALSE)
    ON CONFLICT (kind, id) DO UPDATE SET is_deferred = FALSE, done_through = NULL;
END;

CREATE TRIGGER word_face_update AFTER UPDATE OF person_id, deleted_at ON asset_face
WHEN (OLD.person_id, OLD.deleted_at) IS NOT (NEW.person_id, NEW.deleted_at)
BEGIN
    INSERT INTO word_due (kind, id, is_deferred) VALUES ('asset', NEW.asset_id, FALSE)
    ON CONFLICT (kind, id) DO UPDATE SET is_deferred = FALSE, done_through = NULL;
END;

CREATE TRIGGER word_tag_update AFTER UPDATE OF value ON tag
WHEN OLD.value <> NEW.value
BEGIN
    INSERT INTO word_due (kind, id, is_deferred) VALUES ('tag', NEW.id, FALSE)
    ON CONFLICT (kind, id) DO UPDATE SET is_deferred = FALSE, done_through = NULL;
END;

CREATE TRIGGER word_person_update AFTER UPDATE OF name, is_hidden ON person
WHEN (OLD.name, OLD.is_hidden) <> (NEW.name, NEW.is_hidden)
BEGIN
    INSERT INTO word_due (kind, id, is_deferred) VALUES ('person', NEW.id, FALSE)
    ON CONFLICT (kind, id) DO UPDATE SET is_deferred = FALSE, done_through = NULL;
END;
