-- The words of each asset, each behind a sign of its owner, in the order of lists.
CREATE TABLE search_words (
    id UUID PRIMARY KEY REFERENCES asset (id) ON DELETE CASCADE,
    owner_id UUID NOT NULL,
    file_created_at BIGINT NOT NULL,
    words TSVECTOR NOT NULL
);
CREATE INDEX search_words_order ON search_words (owner_id, file_created_at, id);
CREATE INDEX search_words_words ON search_words USING gin (words);

-- The words that are looked for. What is found is few or is sorted at once, which is done before other processes would have begun
-- to help: so none are asked.
CREATE FUNCTION wanted_words(words TEXT) RETURNS TSQUERY LANGUAGE sql IMMUTABLE PARALLEL UNSAFE AS
$$ SELECT CAST(words AS TSQUERY) $$;

-- Rows of what is due come and go with every change.
ALTER TABLE word_due SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

CREATE FUNCTION words_due(of_kind TEXT, of_id UUID) RETURNS VOID LANGUAGE sql AS $$
    INSERT INTO word_due (kind, id, is_deferred) VALUES (of_kind, of_id, FALSE)
    ON CONFLICT (kind, id) DO UPDATE SET is_deferred = FALSE, done_through = NULL;
$$;

CREATE FUNCTION words_of_row_due() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    PERFORM words_due(TG_ARGV[0], NEW.id);
    RETURN NULL;
END;
$$;

CREATE FUNCTION words_of_asset_due() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    PERFORM words_due('asset', CASE TG_OP WHEN 'DELETE' THEN OLD.asset_id ELSE NEW.asset_id END);
    RETURN NULL;
END;
$$;

CREATE TRIGGER word_exif_insert AFTER INSERT ON exif FOR EACH ROW
    EXECUTE FUNCTION words_of_asset_due();
CREATE TRIGGER word_exif_update AFTER UPDATE ON exif FOR EACH ROW
    WHEN ((OLD.description, OLD.city, OLD.state, OLD.country)
        IS DISTINCT FROM (NEW.description, NEW.city, NEW.state, NEW.country))
    EXECUTE FUNCTION words_of_asset_due();
CREATE TRIGGER word_asset_update AFTER UPDATE ON asset FOR EACH ROW
    WHEN ((OLD.owner_id, OLD.original_file_name, OLD.file_created_at)
        IS DISTINCT FROM (NEW.owner_id, NEW.original_file_name, NEW.file_created_at))
    EXECUTE FUNCTION words_of_row_due('asset');
CREATE TRIGGER word_tag_given AFTER INSERT ON tag_asset FOR EACH ROW
    EXECUTE FUNCTION words_of_asset_due();
CREATE TRIGGER word_tag_taken AFTER DELETE ON tag_asset FOR EACH ROW
    EXECUTE FUNCTION words_of_asset_due();
CREATE TRIGGER word_face_insert AFTER INSERT ON asset_face FOR EACH ROW
    WHEN (NEW.person_id IS NOT NULL)
    EXECUTE FUNCTION words_of_asset_due();
CREATE TRIGGER word_face_delete AFTER DELETE ON asset_face FOR EACH ROW
    WHEN (OLD.person_id IS NOT NULL)
    EXECUTE FUNCTION words_of_asset_due();
CREATE TRIGGER word_face_update AFTER UPDATE ON asset_face FOR EACH ROW
    WHEN ((OLD.person_id, OLD.deleted_at)
        IS DISTINCT FROM (NEW.person_id, NEW.deleted_at))
    EXECUTE FUNCTION words_of_asset_due();
CREATE TRIGGER word_tag_update AFTER UPDATE ON tag FOR EACH ROW
    WHEN (OLD.value <> NEW.value)
    EXECUTE FUNCTION words_of_row_due('tag');
CREATE TRIGGER word_person_update AFTER UPDATE ON person FOR EACH ROW
    WHEN ((OLD.name, OLD.is_hidden) <> (NEW.name, NEW.is_hidden))
    EXECUTE FUNCTION words_of_row_due('person');
