-- +goose Up

-- Screening rounds (排查): a committee went round and asked; nothing found is a result too (零报告).
CREATE TABLE screening_rounds (
    county_code    text NOT NULL,
    id             uuid NOT NULL,
    committee_id   uuid NOT NULL,
    area_code      text NOT NULL,
    kind           text NOT NULL,
    screened_on    date NOT NULL,
    zero_report    boolean NOT NULL,
    findings       integer NOT NULL,
    persons_sealed bytea, -- who went round
    note_sealed    bytea,
    made_at        timestamptz NOT NULL,
    made_by        uuid NOT NULL,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, committee_id) REFERENCES committees (county_code, id)
);
CREATE INDEX screening_rounds_by_day ON screening_rounds (county_code, screened_on);
CREATE INDEX screening_rounds_by_committee ON screening_rounds (county_code, committee_id, screened_on);

-- Prevention (预防): somebody was kept from harm. Kinds 1–4: suicide, a civil dispute turning criminal, a mass petition, a
-- mass fight. It counts once a second person has confirmed it.
CREATE TABLE prevention_records (
    county_code     text NOT NULL,
    id              uuid NOT NULL,
    committee_id    uuid NOT NULL,
    area_code       text NOT NULL,
    kind            integer NOT NULL CHECK (kind BETWEEN 1 AND 4),
    prevented_on    date NOT NULL,
    persons         integer NOT NULL CHECK (persons >= 1),
    who_sealed      bytea,
    done_sealed     bytea,
    evidence_sealed bytea,
    round_id        uuid, -- the screening that found it
    recorded_at     timestamptz NOT NULL,
    recorded_by     uuid NOT NULL,
    confirmed_at    timestamptz,
    confirmed_by    uuid,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, committee_id) REFERENCES committees (county_code, id),
    FOREIGN KEY (county_code, round_id) REFERENCES screening_rounds (county_code, id)
);
CREATE INDEX prevention_records_by_day ON prevention_records (county_code, prevented_on);

-- What a round found: each became a case of the committee's own motion or a prevention record.
CREATE TABLE screening_findings (
    county_code   text NOT NULL,
    id            uuid NOT NULL,
    round_id      uuid NOT NULL,
    number        integer NOT NULL,
    text_sealed   bytea,
    case_id       uuid,
    prevention_id uuid,
    made_at       timestamptz NOT NULL,
    made_by       uuid NOT NULL,
    PRIMARY KEY (county_code, id),
    UNIQUE (county_code, round_id, number),
    CHECK ((case_id IS NULL) <> (prevention_id IS NULL)),
    FOREIGN KEY (county_code, round_id) REFERENCES screening_rounds (county_code, id),
    FOREIGN KEY (county_code, case_id) REFERENCES dispute_cases (county_code, id),
    FOREIGN KEY (county_code, prevention_id) REFERENCES prevention_records (county_code, id)
);
CREATE INDEX screening_findings_by_case ON screening_findings (county_code, case_id);
CREATE INDEX screening_findings_by_prevention ON screening_findings (county_code, prevention_id);

-- The screening round that found a case of the committee's own motion.
ALTER TABLE dispute_cases ADD COLUMN screening_round_id uuid;
