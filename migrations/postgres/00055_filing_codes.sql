-- +goose Up

-- A filing that waits may be let in by a code sent to the telephone that it names: its keyed hash, until when it is good, how often
-- one was tried. Trouble is why a filing cannot become a case as it is; the committee mends it.
ALTER TABLE held_filings ADD COLUMN proof_hash text NOT NULL DEFAULT '';
ALTER TABLE held_filings ADD COLUMN proof_until timestamptz;
ALTER TABLE held_filings ADD COLUMN proof_tries integer NOT NULL DEFAULT 0;
ALTER TABLE held_filings ADD COLUMN trouble text NOT NULL DEFAULT '';

-- What is counted of them on a page is read from an index alone.
CREATE INDEX held_filings_waiting ON held_filings (county_code, committee_id, state, trouble, urgent, due_at, id);
CREATE INDEX held_filings_waiting_in ON held_filings (county_code, area_code, state, trouble, urgent, id);
CREATE INDEX held_filings_sums ON held_filings (county_code, committee_id, state, reason, urgent);
CREATE INDEX held_filings_sums_in ON held_filings (county_code, area_code, state, reason, urgent);
-- Those in fear are listed before the others.
CREATE INDEX held_filings_listed ON held_filings (county_code, committee_id, state, urgent, id);
