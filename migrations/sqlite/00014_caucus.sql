-- +goose Up

-- What was said in a caucus is sealed under a data key of its own, which lies wrapped in a table of its own: without
-- that row nobody can open the note, whoever holds the ring of keys.
ALTER TABLE mediation_sessions ADD COLUMN note_length integer NOT NULL DEFAULT 0;

CREATE TABLE caucus_keys (
    county_code  text NOT NULL,
    id           text NOT NULL,
    case_id      text NOT NULL,
    session_id   text NOT NULL,
    wrapped_key  blob, -- NULL once it was destroyed
    made_at      datetime NOT NULL,
    destroyed_at datetime,
    reason_code  text NOT NULL,
    PRIMARY KEY (county_code, id),
    UNIQUE (county_code, session_id),
    FOREIGN KEY (county_code, session_id) REFERENCES mediation_sessions (county_code, id)
);

CREATE TABLE caucus_notes (
    county_code text NOT NULL,
    id          text NOT NULL,
    case_id     text NOT NULL,
    session_id  text NOT NULL,
    note_sealed blob,
    PRIMARY KEY (county_code, id),
    UNIQUE (county_code, session_id),
    FOREIGN KEY (county_code, session_id) REFERENCES mediation_sessions (county_code, id)
);

-- Who may read a note: the mediators present, and those to whom it was handed over with the party's consent.
CREATE TABLE caucus_readers (
    county_code text NOT NULL,
    id          text NOT NULL,
    case_id     text NOT NULL,
    session_id  text NOT NULL,
    mediator_id text NOT NULL,
    person_id   text NOT NULL,
    channel     text NOT NULL, -- by which the party consented; empty for those who were present
    since       datetime NOT NULL,
    PRIMARY KEY (county_code, id),
    UNIQUE (county_code, session_id, mediator_id),
    FOREIGN KEY (county_code, session_id) REFERENCES mediation_sessions (county_code, id)
);
CREATE INDEX caucus_readers_by_case ON caucus_readers (county_code, case_id);

-- What a party let be told to the others.
CREATE TABLE caucus_disclosures (
    county_code  text NOT NULL,
    id           text NOT NULL,
    case_id      text NOT NULL,
    session_id   text NOT NULL,
    party_id     text NOT NULL,
    text_sealed  blob,
    whole        boolean NOT NULL,
    channel      text NOT NULL,
    disclosed_at datetime NOT NULL,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, session_id) REFERENCES mediation_sessions (county_code, id),
    FOREIGN KEY (county_code, party_id) REFERENCES case_parties (county_code, id)
);
CREATE INDEX caucus_disclosures_by_case ON caucus_disclosures (county_code, case_id);

-- What two people decide about a note: that one reads it once, or that its key is destroyed.
CREATE TABLE caucus_requests (
    county_code    text NOT NULL,
    id             text NOT NULL,
    case_id        text NOT NULL,
    session_id     text NOT NULL,
    purpose        text NOT NULL,
    reason_code    text NOT NULL,
    requested_by   text NOT NULL,
    requested_role text NOT NULL,
    requested_at   datetime NOT NULL,
    decision       text NOT NULL,
    decided_by     text,
    decided_at     datetime,
    read_at        datetime,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, session_id) REFERENCES mediation_sessions (county_code, id)
);
CREATE INDEX caucus_requests_by_case ON caucus_requests (county_code, case_id);
