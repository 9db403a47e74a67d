-- Who guesses passwords, and from where people are known to sign in. Read by SQLite and PostgreSQL alike. Times are
-- microseconds UTC.

-- Wrong guesses, by where they come from or by what they are for.
CREATE TABLE wrong_guess (
    key TEXT PRIMARY KEY,
    count BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    -- From then on it is as if there had been none.
    forgotten_at BIGINT NOT NULL
);
CREATE INDEX wrong_guess_forgotten ON wrong_guess (forgotten_at);

-- Addresses and networks that someone has signed in from.
CREATE TABLE known_origin (
    user_id UUID NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    origin TEXT NOT NULL,
    signed_in_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, origin)
);
