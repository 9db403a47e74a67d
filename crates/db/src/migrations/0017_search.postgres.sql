-- A text without case and accents, as Rust's `kallitype_db::fold` has it, character by character.
CREATE FUNCTION fold_text(plain TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE
        WHEN octet_length(plain) = char_length(plain) THEN lower(plain COLLATE "C")
        ELSE normalize(replace(replace(replace(replace(replace(replace(translate(lower(
            regexp_replace(normalize(plain, NFKD), '[\u0300-\u036F\u1AB0-\u1AFF\u1DC0-\u1DFF\u20D0-\u20FF\uFE20-\uFE2F]', '', 'g')
            COLLATE "C"),
            'ÆÐØÞĐĦŁŊŒŦƁƂƄƆƇƉƊƋƎƏƐƑƓƔƖƗƘƜƝƟƢƤƦƧƩƬƮƱƲƳƵƷƸƼǤǶǷȜȠȢȤȺȻȽȾɁɃɄɅɆ' ||
            'ɈɊɌɎͰͲͶͿΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩϏϘϚϜϞϠϢϤϦϨϪϬϮϷϺϽϾϿЂЄЅІЈЉЊЋЏА' ||
            'БВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯѠѢѤѦѨѪѬѮѰѲѴѸѺѼѾҀҊҌҎҐҒҔҖҘҚҜҞҠҢҤ' ||
            'ҦҨҪҬҮҰҲҴҶҸҺҼҾӀӃӅӇӉӋӍӔӘӠӨӶӺӼӾԀԂԄԆԈԊԌԎԐԒԔԖԘԚԜԞԠԢԤԦԨԪԬԮԱԲԳԴԵԶԷԸ' ||
            'ԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖøłđħıς',
            'æðoþdhlŋœŧɓƃƅɔƈɖɗƌǝəɛƒɠɣɩɨƙɯɲɵƣƥʀƨʃƭʈʊʋƴƶʒƹƽǥƕƿȝƞȣȥⱥȼƚⱦɂƀʉʌɇ' ||
            'ɉɋɍɏͱͳͷϳαβγδεζηθικλμνξοπρστυφχψωϗϙϛϝϟϡϣϥϧϩϫϭϯϸϻͻͼͽђєѕіјљњћџа' ||
            'бвгдежзиклмнопрстуфхцчшщъыьэюяѡѣѥѧѩѫѭѯѱѳѵѹѻѽѿҁҋҍҏґғҕҗҙқҝҟҡңҥ' ||
            'ҧҩҫҭүұҳҵҷҹһҽҿӏӄӆӈӊӌӎӕәӡөӷӻӽӿԁԃԅԇԉԋԍԏԑԓԕԗԙԛԝԟԡԣԥԧԩԫԭԯաբգդեզէը' ||
            'թժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆoldhiσ'),
            'ß', 'ss'), 'ẞ', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'), 'ð', 'd'), NFC)
    END
$$;

-- What search asks of each asset.
CREATE TABLE search_asset (
    owner_id UUID NOT NULL,
    visibility TEXT NOT NULL,
    is_trashed BOOLEAN NOT NULL,
    file_created_at BIGINT NOT NULL,
    id UUID PRIMARY KEY REFERENCES asset (id) ON DELETE CASCADE,
    deleted_at BIGINT,
    created_at BIGINT NOT NULL,
    type TEXT NOT NULL,
    is_favorite BOOLEAN NOT NULL,
    is_encoded BOOLEAN NOT NULL,
    live_photo_video_id UUID,
    file_size BIGINT NOT NULL,
    rating BIGINT,
    city TEXT,
    state TEXT,
    country TEXT,
    make TEXT,
    model TEXT,
    lens_model TEXT,
    -- Without case and accents.
    name TEXT NOT NULL,
    description TEXT NOT NULL
);

INSERT INTO search_asset
SELECT owner_id, visibility, deleted_at IS NOT NULL, file_created_at, id, deleted_at, created_at, type, is_favorite,
    encoded_video_path IS NOT NULL, live_photo_video_id, file_size, rating, city, state, country, make, model, lens_model,
    fold_text(original_file_name), fold_text(description)
FROM asset JOIN exif ON asset_id = id;

-- The order of lists.
CREATE INDEX search_asset_order ON search_asset (owner_id, visibility, is_trashed, file_created_at, id);
CREATE INDEX search_asset_city ON search_asset (owner_id, visibility, is_trashed, city, file_created_at, id)
    WHERE city IS NOT NULL;
CREATE INDEX search_asset_state ON search_asset (owner_id, visibility, is_trashed, state, file_created_at, id)
    WHERE state IS NOT NULL;
CREATE INDEX search_asset_country ON search_asset (owner_id, visibility, is_trashed, country, file_created_at, id)
    WHERE country IS NOT NULL;
CREATE INDEX search_asset_make ON search_asset (owner_id, visibility, is_trashed, make, file_created_at, id)
    WHERE make IS NOT NULL;
CREATE INDEX search_asset_model ON search_asset (owner_id, visibility, is_trashed, model, file_created_at, id)
    WHERE model IS NOT NULL;
CREATE INDEX search_asset_lens_model ON search_asset (owner_id, visibility, is_trashed, lens_model, file_created_at, id)
    WHERE lens_model IS NOT NULL;
CREATE INDEX search_asset_rating ON search_asset (owner_id, visibility, is_trashed, rating, file_created_at, id)
    WHERE rating IS NOT NULL;
CREATE INDEX search_asset_type ON search_asset (owner_id, visibility, is_trashed, type, file_created_at, id)
    WHERE type <> 'IMAGE';
CREATE INDEX search_asset_favorite ON search_asset (owner_id, visibility, is_trashed, file_created_at, id)
    WHERE is_favorite = TRUE;
CREATE INDEX search_asset_encoded ON search_asset (owner_id, visibility, is_trashed, file_created_at, id)
    WHERE is_encoded = TRUE;
CREATE INDEX search_asset_motion ON search_asset (owner_id, visibility, is_trashed, file_created_at, id)
    WHERE live_photo_video_id IS NOT NULL;
CREATE INDEX search_asset_size ON search_asset (owner_id, visibility, is_trashed, file_size, id);
CREATE INDEX search_asset_created ON search_asset (owner_id, visibility, is_trashed, created_at, file_created_at, id);
CREATE INDEX asset_library ON asset (library_id) WHERE library_id IS NOT NULL;

-- The trigrams of names and descriptions. Whoever runs the server may not be allowed the extension, or not have it: then
-- texts are looked for one by one.
DO $$
BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE INDEX search_asset_text ON search_asset USING gin (name gin_trgm_ops, description gin_trgm_ops);
EXCEPTION WHEN insufficient_privilege OR feature_not_supported OR undefined_file OR undefined_object THEN
    RAISE NOTICE 'search works without an index of texts: %', SQLERRM;
END;
$$;

CREATE FUNCTION enter_search() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO search_asset
    SELECT owner_id, visibility, deleted_at IS NOT NULL, file_created_at, id, deleted_at, created_at, type, is_favorite,
        encoded_video_path IS NOT NULL, live_photo_video_id, file_size, NEW.rating, NEW.city, NEW.state, NEW.country,
        NEW.make, NEW.model, NEW.lens_model, fold_text(original_file_name), fold_text(NEW.description)
    FROM asset WHERE id = NEW.asset_id;
    RETURN NULL;
END;
$$;

CREATE TRIGGER search_insert AFTER INSERT ON exif FOR EACH ROW EXECUTE FUNCTION enter_search();

-- Each of the two that follow writes what its own table says.
CREATE FUNCTION move_in_search() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE search_asset SET owner_id = NEW.owner_id, visibility = NEW.visibility, is_trashed = NEW.deleted_at IS NOT NULL,
        file_created_at = NEW.file_created_at, deleted_at = NEW.deleted_at, type = NEW.type,
        is_favorite = NEW.is_favorite, is_encoded = NEW.encoded_video_path IS NOT NULL,
        live_photo_video_id = NEW.live_photo_video_id, file_size = NEW.file_size, name = fold_text(NEW.original_file_name)
    WHERE id = NEW.id;
    RETURN NULL;
END;
$$;

CREATE TRIGGER search_asset_update AFTER UPDATE ON asset FOR EACH ROW
    WHEN ((OLD.owner_id, OLD.visibility, OLD.deleted_at, OLD.file_created_at, OLD.type, OLD.is_favorite,
            OLD.encoded_video_path IS NOT NULL, OLD.live_photo_video_id, OLD.file_size, OLD.original_file_name)
        IS DISTINCT FROM (NEW.owner_id, NEW.visibility, NEW.deleted_at, NEW.file_created_at, NEW.type, NEW.is_favorite,
            NEW.encoded_video_path IS NOT NULL, NEW.live_photo_video_id, NEW.file_size, NEW.original_file_name))
    EXECUTE FUNCTION move_in_search();

CREATE FUNCTION describe_in_search() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE search_asset SET rating = NEW.rating, city = NEW.city, state = NEW.state, country = NEW.country,
        make = NEW.make, model = NEW.model, lens_model = NEW.lens_model, description = fold_text(NEW.description)
    WHERE id = NEW.asset_id;
    RETURN NULL;
END;
$$;

CREATE TRIGGER search_exif_update AFTER UPDATE ON exif FOR EACH ROW
    WHEN ((OLD.rating, OLD.city, OLD.state, OLD.country, OLD.make, OLD.model, OLD.lens_model, OLD.description)
        IS DISTINCT FROM (NEW.rating, NEW.city, NEW.state, NEW.country, NEW.make, NEW.model, NEW.lens_model,
            NEW.description))
    EXECUTE FUNCTION describe_in_search();
