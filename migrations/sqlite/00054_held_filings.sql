-- +goose Up

-- Filings that wait for a committee to look at them: more came by people whom nobody knows than are let in unseen. What was told
-- lies sealed and goes when it becomes a case, under the same id, or is destroyed; when it came and what became of it remains.
CREATE TABLE held_filings (
    county_code   text NOT NULL,
    id            text NOT NULL,
    version       integer NOT NULL,
    state         text NOT NULL,
    committee_id  text NOT NULL,
    area_code     text NOT NULL,
    came_at       datetime NOT NULL,
    due_at        datetime,
    bound         text NOT NULL,
    urgent        boolean NOT NULL,
    applicant_id  text NOT NULL,
    code_hash     text NOT NULL,
    filing_sealed blob,
    reason        text NOT NULL DEFAULT '',
    words_sealed  blob,
    PRIMARY KEY (county_code, id)
);
CREATE INDEX held_filings_by_committee ON held_filings (county_code, committee_id, state, id);
CREATE INDEX held_filings_by_area ON held_filings (county_code, area_code, state);
CREATE INDEX held_filings_due ON held_filings (due_at) WHERE due_at IS NOT NULL;

-- Who looked at a filing that waits, and what they did with it.
CREATE TABLE held_events (
    county_code text NOT NULL,
    id          text NOT NULL,
    held_id     text NOT NULL,
    person_id   text,
    event       text NOT NULL,
    at          datetime NOT NULL,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, held_id) REFERENCES held_filings (county_code, id)
);
CREATE INDEX held_events_by_filing ON held_events (county_code, held_id, id);

-- How many filings came under a keyed hash of a telephone, a network address or a committee; forgotten by housekeeping.
CREATE TABLE filing_counts (
    key   text PRIMARY KEY,
    n     integer NOT NULL,
    since datetime NOT NULL,
    until datetime NOT NULL
);
CREATE INDEX filing_counts_by_age ON filing_counts (until);
