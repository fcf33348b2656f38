-- +goose Up

ALTER TABLE court_notices ADD COLUMN document text NOT NULL DEFAULT '';
-- What the letter said of the composition, as JSON; empty of notices that were given before it was kept.
ALTER TABLE court_notices ADD COLUMN composition text NOT NULL DEFAULT '';

-- A committee's seals: who keeps it, its print, and how it went. One at a time is in use.
CREATE TABLE committee_seals (
    county_code  text NOT NULL,
    id           text NOT NULL,
    version      integer NOT NULL,
    committee_id text NOT NULL,
    made_on      date NOT NULL,
    keeper       text NOT NULL,
    specimen_id  text,          -- the document that shows its print
    ended_on     date,
    ended_how    text NOT NULL, -- lost, withdrawn, replaced
    ended_why    text NOT NULL,
    made_by      text,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, committee_id) REFERENCES committees (county_code, id)
);
CREATE UNIQUE INDEX committee_seals_one ON committee_seals (county_code, committee_id) WHERE ended_on IS NULL;
CREATE INDEX committee_seals_by_committee ON committee_seals (county_code, committee_id);

-- What the bureau keeps of a committee as a file: minutes of elections, prints of seals. Nothing else is given out by it.
CREATE TABLE committee_documents (
    county_code  text NOT NULL,
    document_id  text NOT NULL,
    committee_id text NOT NULL,
    kind         text NOT NULL, -- minutes, specimen
    PRIMARY KEY (county_code, document_id),
    FOREIGN KEY (county_code, committee_id) REFERENCES committees (county_code, id),
    FOREIGN KEY (county_code, document_id) REFERENCES documents (county_code, id)
);
