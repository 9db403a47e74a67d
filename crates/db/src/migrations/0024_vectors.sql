-- What pictures show, as numbers that a model makes of it. Read by SQLite and PostgreSQL alike.

-- The models that are in use. What another one made is not compared with what these make, and is made again.
CREATE TABLE learning_model (
    task TEXT PRIMARY KEY CHECK (task IN ('smart-search', 'facial-recognition')),
    name TEXT NOT NULL
);

CREATE TABLE asset_vector (
    asset_id UUID PRIMARY KEY REFERENCES asset (id) ON DELETE CASCADE,
    owner_id UUID NOT NULL,
    model TEXT NOT NULL,
    -- Numbers of 16 bits each, their lower bytes first. The sum of their squares is 1.
    vector BYTEA NOT NULL,
    -- By it, whoever has them in memory finds what is new.
    change_id UUID NOT NULL
);
CREATE INDEX asset_vector_change ON asset_vector (owner_id, model, change_id);
CREATE INDEX asset_vector_model ON asset_vector (model);
