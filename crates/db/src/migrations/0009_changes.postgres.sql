-- The number in the last change id that was given out. Every transaction that writes locks it first, shared:
-- what is below the lowest number locked is decided.
CREATE SEQUENCE change_counter;
SELECT setval('change_counter', 1);

-- 8 bytes of the number, then 8 bytes of microseconds UTC.
CREATE FUNCTION next_change_id() RETURNS UUID LANGUAGE SQL VOLATILE AS $$
    SELECT (lpad(to_hex(nextval('change_counter')), 16, '0')
        || lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000000)::BIGINT), 16, '0'))::UUID
$$;

CREATE FUNCTION raise_change_counter(at_least BIGINT) RETURNS BIGINT LANGUAGE SQL VOLATILE AS $$
    SELECT setval('change_counter', GREATEST(at_least, (SELECT last_value FROM change_counter)))
$$;
