-- Signing in at a provider. Read by SQLite and PostgreSQL alike. Times are microseconds UTC.

-- What was begun and neither finished nor forgotten: each row is used once.
CREATE TABLE oauth_flow (
    -- SHA-256 of the state that the provider hands back.
    state_hash BYTEA PRIMARY KEY,
    code_challenge TEXT NOT NULL,
    -- Whether the client made the challenge itself, and so has to tell what it was made from.
    is_of_client BOOLEAN NOT NULL,
    nonce TEXT NOT NULL,
    -- Where the provider sends the browser back to.
    redirect_uri TEXT NOT NULL,
    -- Who began it: an address or a network.
    origin TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX oauth_flow_expiry ON oauth_flow (expires_at);
CREATE INDEX oauth_flow_origin ON oauth_flow (origin);

-- Whether it was begun at the provider, where it should then be ended too.
ALTER TABLE session ADD COLUMN is_oauth BOOLEAN NOT NULL DEFAULT FALSE;
