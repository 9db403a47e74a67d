-- The number in the last change id that was given out; next_change_id() counts on from it.
CREATE TABLE change_counter (
    last INTEGER NOT NULL
) STRICT;
INSERT INTO change_counter (last) VALUES (1);
