-- +goose Up

-- What a party asks to have corrected or erased of its own data, beside the case, with a chain of its own in the record.
CREATE TABLE data_requests (
    county_code   text NOT NULL,
    id            uuid NOT NULL,
    version       bigint NOT NULL,
    case_id       uuid NOT NULL,
    party_id      uuid NOT NULL,
    number        integer NOT NULL, -- of this party's in this case
    kind          text NOT NULL,
    item          text NOT NULL,
    attachment_id uuid, -- no foreign key: an erased one is gone
    right_sealed  bytea, -- what it should say
    why_sealed    bytea,
    state         text NOT NULL,
    outcome       text NOT NULL,
    reason        text NOT NULL,
    kept_until    date, -- of what was refused because it must be kept
    kept_for_ever boolean NOT NULL,
    words_sealed  bytea, -- the answer
    entry         bigint NOT NULL, -- of the case's record, that carried it out; 0 for none
    received_at   timestamptz NOT NULL,
    due_on        date NOT NULL,
    proposed_by   uuid, -- an erasure takes two people
    decided_by    uuid,
    decided_at    timestamptz,
    PRIMARY KEY (county_code, id),
    UNIQUE (county_code, case_id, party_id, number),
    FOREIGN KEY (county_code, case_id) REFERENCES dispute_cases (county_code, id),
    FOREIGN KEY (county_code, party_id) REFERENCES case_parties (county_code, id)
);
