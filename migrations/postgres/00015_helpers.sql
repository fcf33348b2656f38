-- +goose Up

-- People who help a party: its agent, its guardian, a companion, an interpreter.
CREATE TABLE case_helpers (
    county_code      text NOT NULL,
    id               uuid NOT NULL,
    case_id          uuid NOT NULL,
    party_id         uuid NOT NULL,
    kind             text NOT NULL,
    person_id        uuid,
    name_sealed      bytea NOT NULL,
    relation_sealed  bytea,
    id_number_sealed bytea,
    phone_sealed     bytea,
    language         text NOT NULL,
    scopes           text NOT NULL,
    dated            date,
    signature_kind   text NOT NULL,
    consent          text NOT NULL,
    consent_at       timestamptz,
    consent_channel  text NOT NULL,
    added_by         uuid,
    began_at         timestamptz NOT NULL,
    ended_at         timestamptz,
    void             boolean NOT NULL,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, case_id) REFERENCES dispute_cases (county_code, id),
    FOREIGN KEY (county_code, party_id) REFERENCES case_parties (county_code, id)
);
CREATE INDEX case_helpers_by_case ON case_helpers (county_code, case_id, began_at);

ALTER TABLE dispute_cases ADD COLUMN helpers integer NOT NULL DEFAULT 0; -- how many there are or were: few cases have any
ALTER TABLE case_parties ADD COLUMN capacity text NOT NULL DEFAULT ''; -- limited or none, where a person has not full capacity
ALTER TABLE signatures ADD COLUMN helper_id uuid; -- the agent or guardian who signed for the party
ALTER TABLE access_codes ADD COLUMN helper_id uuid; -- whose code it is, where it is not the party's own
