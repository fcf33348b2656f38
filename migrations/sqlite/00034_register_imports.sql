-- +goose Up

-- A table of committees, mediators or compounds on its way into the register. What was read is sealed, and wiped when it is
-- over or after seven days; what became of each row stays.
CREATE TABLE register_imports (
    county_code text NOT NULL,
    id          text NOT NULL,
    version     integer NOT NULL,
    kind        text NOT NULL, -- committees, mediators, compounds
    by_person   text NOT NULL,
    by_name     text NOT NULL,
    state       text NOT NULL, -- tried, entered, dropped
    row_count   integer NOT NULL,
    good        integer NOT NULL,
    there       integer NOT NULL,
    bad         integer NOT NULL,
    rows_sealed blob,
    outcomes    text NOT NULL, -- JSON: of each row its number, what it became, and why not
    made_at     datetime NOT NULL,
    ended_at    datetime,
    PRIMARY KEY (county_code, id)
);
CREATE INDEX register_imports_by_state ON register_imports (state, county_code, id);
