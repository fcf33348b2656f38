-- +goose Up

-- Lists of dossiers that are to be destroyed, or were (销毁清册): drawn up by one person of the bureau and approved by another. A list and
-- its lines are kept for ever; they name nobody who was a party.
CREATE TABLE disposal_lists (
    county_code   text NOT NULL,
    id            uuid NOT NULL,
    version       bigint NOT NULL,
    year          integer NOT NULL,
    number        integer NOT NULL, -- of the county's lists of the year
    state         text NOT NULL,    -- proposed, approved, done, refused, withdrawn
    dossiers      integer NOT NULL,
    destroyed     integer NOT NULL,
    stopped       integer NOT NULL,
    sha256        text NOT NULL, -- of the lines: what both persons sign
    proposed_by   uuid NOT NULL,
    proposed_name text NOT NULL,
    proposed_at   timestamptz NOT NULL,
    decided_by    uuid,
    decided_name  text NOT NULL,
    decided_role  text NOT NULL,
    decided_at    timestamptz,
    reason_sealed bytea, -- why it was refused
    done_at       timestamptz,
    paper_on      date,          -- the day on which what was on paper was destroyed
    paper_first   text NOT NULL, -- who watched
    paper_second  text NOT NULL,
    PRIMARY KEY (county_code, id),
    UNIQUE (county_code, year, number)
);

CREATE TABLE disposal_lines (
    county_code  text NOT NULL,
    id           uuid NOT NULL,
    list_id      uuid NOT NULL,
    place        integer NOT NULL,
    case_id      uuid NOT NULL,
    case_no      text NOT NULL,
    reference    text NOT NULL,
    committee_id uuid NOT NULL,
    committee    text NOT NULL, -- as it was called
    category     text NOT NULL,
    outcome      text NOT NULL,
    accepted_on  date,
    closed_on    date,
    archived_on  date NOT NULL,
    retention    text NOT NULL,
    retain_until date NOT NULL,
    files        integer NOT NULL,
    entries      bigint NOT NULL, -- of its record, when the list was drawn up
    head         text NOT NULL,   -- the hash of the last of them
    state        text NOT NULL,   -- waiting, destroyed, stopped
    why          text NOT NULL,   -- what stopped it
    done_at      timestamptz,
    PRIMARY KEY (county_code, id),
    UNIQUE (county_code, list_id, case_id),
    FOREIGN KEY (county_code, list_id) REFERENCES disposal_lists (county_code, id),
    FOREIGN KEY (county_code, case_id) REFERENCES dispute_cases (county_code, id)
);
CREATE INDEX disposal_lines_by_case ON disposal_lines (county_code, case_id);
CREATE INDEX disposal_lists_to_do ON disposal_lists (state) WHERE state = 'approved';

-- When a dossier was destroyed, and by which list. Its row stays, for the figures.
ALTER TABLE dispute_cases ADD COLUMN destroyed_at timestamptz;
ALTER TABLE dispute_cases ADD COLUMN destroyed_list text NOT NULL DEFAULT '';
DROP INDEX dispute_cases_by_retention;
CREATE INDEX dispute_cases_by_retention ON dispute_cases (county_code, retention, retain_until, area_code, id) WHERE retention <> '' AND destroyed_at IS NULL;

-- Pairs of cases in which two parties met again, of which one was destroyed: the figures of agreements that held rest on them, and those by
-- whom they could be found are gone.
CREATE TABLE kept_returns (
    county_code text NOT NULL,
    case_id     uuid NOT NULL,
    returned_id uuid NOT NULL,
    PRIMARY KEY (county_code, case_id, returned_id)
);
