-- +goose Up

-- Complaints about a mediator's conduct (R4), kept apart from the case. chair_of is the committee whose chair handles it;
-- NULL where it is about the chair, or the chair works on the case: then the station does.
CREATE TABLE complaints (
    county_code        text NOT NULL,
    id                 uuid NOT NULL,
    version            bigint NOT NULL,
    case_id            uuid NOT NULL,
    committee_id       uuid NOT NULL,
    chair_of           uuid,
    area_code          text NOT NULL,
    mediator_id        uuid NOT NULL,
    mediator_person_id uuid NOT NULL,
    mediator_name      text NOT NULL,
    kind               text NOT NULL,
    text_sealed        bytea,
    name_sealed        bytea, -- who complains
    party_id           uuid NOT NULL,
    complainant_id     uuid, -- their person, where they came with an account
    recorder_id        uuid, -- of the staff who wrote it down for them
    state              text NOT NULL,
    outcome            text NOT NULL,
    reason_sealed      bytea,
    unit_sealed        bytea, -- that elected or engaged the mediator, where removal is recommended
    received_at        timestamptz NOT NULL,
    decided_on         date,
    told_at            timestamptz,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, case_id) REFERENCES dispute_cases (county_code, id),
    FOREIGN KEY (county_code, party_id) REFERENCES case_parties (county_code, id)
);
CREATE INDEX complaints_by_case ON complaints (county_code, case_id);
CREATE INDEX complaints_by_mediator ON complaints (county_code, mediator_id);
