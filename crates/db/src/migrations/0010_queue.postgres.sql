-- The database's clock, in microseconds UTC: several servers share it. It stands still within a statement, so that an
-- index can be searched by it. For SQLite, which has one server, the program supplies the function.
CREATE FUNCTION clock_micros() RETURNS BIGINT LANGUAGE sql STABLE AS
$$ SELECT (extract(epoch FROM statement_timestamp()) * 1000000)::BIGINT $$;

UPDATE job SET state = 'ready' WHERE state = 'scheduled' AND run_at <= clock_micros();
