-- +goose Up

-- When time alone makes a task, and how the agreement stands with the courts.
ALTER TABLE dispute_cases ADD COLUMN sweep_on date;
ALTER TABLE dispute_cases ADD COLUMN legal_track text NOT NULL DEFAULT '';
ALTER TABLE dispute_cases ADD COLUMN violence boolean NOT NULL DEFAULT false;
ALTER TABLE dispute_cases ADD COLUMN restricted boolean NOT NULL DEFAULT false;
ALTER TABLE dispute_cases ADD COLUMN property_facts text NOT NULL DEFAULT '';
ALTER TABLE dispute_cases ADD COLUMN application_form text NOT NULL DEFAULT '';
ALTER TABLE dispute_cases ADD COLUMN application_signed text NOT NULL DEFAULT '';
ALTER TABLE dispute_cases ADD COLUMN retention text NOT NULL DEFAULT '';
ALTER TABLE dispute_cases ADD COLUMN retain_until date;
ALTER TABLE dispute_cases ADD COLUMN violence_open boolean NOT NULL DEFAULT false;
UPDATE dispute_cases SET sweep_on = '2000-01-01' WHERE ended_at IS NULL; -- the first sweep looks at every case that runs
CREATE INDEX dispute_cases_by_sweep ON dispute_cases (county_code, sweep_on) WHERE sweep_on IS NOT NULL;

-- What a case asks of those who work on it.
CREATE TABLE case_tasks (
    county_code text NOT NULL,
    id          uuid NOT NULL,
    case_id     uuid NOT NULL,
    kind        text NOT NULL,
    subject     uuid,
    alert_on    date NOT NULL,
    due_on      date,
    opened_at   timestamptz NOT NULL,
    closed_at   timestamptz,
    closed_by   uuid,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, case_id) REFERENCES dispute_cases (county_code, id)
);
CREATE INDEX case_tasks_by_case ON case_tasks (county_code, case_id, opened_at);

-- What a court has to do with an agreement: its confirmation, a suit over it, its enforcement.
CREATE TABLE court_matters (
    county_code  text NOT NULL,
    id           uuid NOT NULL,
    case_id      uuid NOT NULL,
    agreement_id uuid NOT NULL,
    kind         text NOT NULL,
    court        text NOT NULL,
    basis        text NOT NULL,
    court_no     text NOT NULL,
    party_id     uuid,
    subject      text NOT NULL,
    papers       text NOT NULL,
    filed_on     date NOT NULL,
    accepted_on  date,
    decided_on   date,
    result       text NOT NULL,
    document_no  text NOT NULL,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, case_id) REFERENCES dispute_cases (county_code, id),
    FOREIGN KEY (county_code, agreement_id) REFERENCES agreements (county_code, id),
    FOREIGN KEY (county_code, party_id) REFERENCES case_parties (county_code, id)
);
CREATE INDEX court_matters_by_case ON court_matters (county_code, case_id);

ALTER TABLE agreements ADD COLUMN replaces uuid; -- the version in force whose place this one takes

-- Corrections of archived cases: one person asks, another decides.
CREATE TABLE corrections (
    county_code   text NOT NULL,
    id            uuid NOT NULL,
    case_id       uuid NOT NULL,
    set_sealed    bytea NOT NULL,
    reason_sealed bytea NOT NULL,
    asked_by      uuid NOT NULL,
    asked_at      timestamptz NOT NULL,
    decided_by    uuid,
    decided_at    timestamptz,
    approved      boolean NOT NULL,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, case_id) REFERENCES dispute_cases (county_code, id)
);
CREATE INDEX corrections_by_case ON corrections (county_code, case_id);

-- What a party needs in order to take part, and how it may safely be written to.
ALTER TABLE case_parties ADD COLUMN language text NOT NULL DEFAULT '';
ALTER TABLE case_parties ADD COLUMN help text NOT NULL DEFAULT '';
ALTER TABLE case_parties ADD COLUMN contact text NOT NULL DEFAULT '';
ALTER TABLE case_parties ADD COLUMN contact_from integer NOT NULL DEFAULT 0;
ALTER TABLE case_parties ADD COLUMN contact_to integer NOT NULL DEFAULT 0;
ALTER TABLE case_parties ADD COLUMN address_hidden boolean NOT NULL DEFAULT false;
