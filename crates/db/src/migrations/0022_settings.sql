-- What administrators have decided about the settings, as JSON: what differs from the defaults.
ALTER TABLE installation ADD COLUMN system_config TEXT NOT NULL DEFAULT '{}';

-- For which moment what comes round was started last, so that of several servers one starts it.
CREATE TABLE schedule_turn (
    name TEXT PRIMARY KEY,
    due_at BIGINT NOT NULL
);
