-- What users are told in the app, and the mail that waits to be sent. Read by SQLite and PostgreSQL alike.

CREATE TABLE notification (
    id UUID PRIMARY KEY,
    user_id UUID NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    topic TEXT NOT NULL,
    level TEXT NOT NULL,
    -- The album it is about, if it is about one.
    album_id UUID,
    title TEXT NOT NULL,
    description TEXT,
    -- A JSON object.
    data TEXT,
    read_at BIGINT,
    created_at BIGINT NOT NULL,
    update_id UUID NOT NULL
);
CREATE INDEX notification_account ON notification (user_id, created_at);
CREATE INDEX notification_read ON notification (created_at) WHERE read_at IS NOT NULL;
CREATE INDEX notification_update ON notification (update_id);

-- A row is gone once its mail was taken by the mail server.
CREATE TABLE mail (
    id UUID PRIMARY KEY,
    user_id UUID NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    template TEXT NOT NULL,
    -- The album it is about: several messages of one kind about an album become one.
    album_id UUID,
    -- What its text says, as a JSON object.
    letter TEXT NOT NULL,
    -- Another one whenever the letter changes.
    revision UUID NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX mail_letter ON mail (user_id, template, album_id);
CREATE INDEX mail_album ON mail (album_id) WHERE album_id IS NOT NULL;
