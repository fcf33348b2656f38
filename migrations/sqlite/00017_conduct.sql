-- +goose Up

-- Complaints about a mediator's conduct (R4), kept apart from the case. chair_of is the committee whose chair handles it;
-- NULL where it is about the chair, or the chair works on the case: then the station does.
CREATE TABLE complaints (
    county_code        text NOT NULL,
    id                 text NOT NULL,
    version            integer NOT NULL,
    case_id            text NOT NULL,
    committee_id       text NOT NULL,
    chair_of           text,
    area_code          text NOT NULL,
    mediator_id        text NOT NULL,
    mediator_person_id text NOT NULL,
    mediator_name      text NOT NULL,
    kind               text NOT NULL,
    text_sealed        blob,
    name_sealed        blob, -- who complains
    party_id           text NOT NULL,
    complainant_id     text, -- their person, where they came with an account
    recorder_id        text, -- of the staff who wrote it down for them
    state              text NOT NULL,
    outcome            text NOT NULL,
    reason_sealed      blob,
    unit_sealed        blob, -- that elected or engaged the mediator, where removal is recommended
    received_at        datetime NOT NULL,
    decided_on         date,
    told_at            datetime,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, case_id) REFERENCES dispute_cases (county_code, id),
    FOREIGN KEY (county_code, party_id) REFERENCES case_parties (county_code, id)
);
CREATE INDEX complaints_by_case ON complaints (county_code, case_id);
CREATE INDEX complaints_by_mediator ON complaints (county_code, mediator_id);
