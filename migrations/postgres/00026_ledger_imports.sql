-- +goose Up

-- A committee's ledger on its way in: one row a file. Of what it holds only counts are kept here.
CREATE TABLE ledger_imports (
    county_code  text NOT NULL,
    id           uuid NOT NULL,
    version      bigint NOT NULL,
    committee_id uuid NOT NULL,
    by_person    uuid NOT NULL,
    by_name      text NOT NULL,
    state        text NOT NULL,
    kind         text NOT NULL,
    heading_row  integer NOT NULL,
    headings     text NOT NULL, -- JSON
    columns      text NOT NULL, -- JSON: which field each column is
    choice       text NOT NULL,
    with_doubles boolean NOT NULL,
    rights_told  boolean NOT NULL,
    row_count    integer NOT NULL,
    looked_at    integer NOT NULL,
    good         integer NOT NULL,
    bad          integer NOT NULL,
    doubled      integer NOT NULL,
    there        integer NOT NULL,
    made         integer NOT NULL,
    failed       integer NOT NULL,
    settled_rows integer NOT NULL,
    made_at      timestamptz NOT NULL,
    ended_at     timestamptz,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, committee_id) REFERENCES committees (county_code, id)
);
CREATE INDEX ledger_imports_by_committee ON ledger_imports (county_code, committee_id, id);
CREATE INDEX ledger_imports_by_state ON ledger_imports (state, county_code, id);

-- Its rows, sealed; they are deleted when it is over, or after seven days.
CREATE TABLE ledger_import_rows (
    county_code  text NOT NULL,
    import_id    uuid NOT NULL,
    number       integer NOT NULL, -- as the spreadsheet program counts
    cells_sealed bytea,
    state        text NOT NULL,
    problems     text NOT NULL, -- JSON: where and in words, never what stands there
    line_key     text NOT NULL, -- keyed hash
    says_key     text NOT NULL, -- keyed hash
    case_id      uuid,
    PRIMARY KEY (county_code, import_id, number),
    FOREIGN KEY (county_code, import_id) REFERENCES ledger_imports (county_code, id)
);
CREATE INDEX ledger_import_rows_by_state ON ledger_import_rows (county_code, import_id, state, number);
CREATE INDEX ledger_import_rows_by_key ON ledger_import_rows (county_code, import_id, line_key, number);

-- The lines of a committee's ledger that became cases: none becomes another.
CREATE TABLE ledger_lines (
    county_code  text NOT NULL,
    committee_id uuid NOT NULL,
    line_key     text NOT NULL,
    says_key     text NOT NULL,
    case_id      uuid NOT NULL,
    PRIMARY KEY (county_code, committee_id, line_key),
    FOREIGN KEY (county_code, case_id) REFERENCES dispute_cases (county_code, id)
);

-- Which field a committee's heading means, as somebody chose it.
CREATE TABLE ledger_headings (
    county_code  text NOT NULL,
    committee_id uuid NOT NULL,
    heading      text NOT NULL,
    field        text NOT NULL,
    PRIMARY KEY (county_code, committee_id, heading)
);
