-- +goose Up

-- What a rule saw in a case that somebody should look at before it is paid or sent to court. The evidence holds ids, days and
-- figures, no name. A flag that was cleared stays, so that the same evidence does not raise it again.
CREATE TABLE anomaly_flags (
    county_code   text NOT NULL,
    id            uuid NOT NULL,
    version       bigint NOT NULL,
    case_id       uuid NOT NULL,
    committee_id  uuid NOT NULL,
    area_code     text NOT NULL,
    rule          text NOT NULL,
    weight        integer NOT NULL,
    evidence_key  text NOT NULL, -- what the evidence is about: the same telephone, the same month
    evidence      text NOT NULL, -- JSON
    found_on      date NOT NULL,
    state         text NOT NULL,
    cleared_by    uuid,
    cleared_at    timestamptz,
    reason_sealed bytea,
    PRIMARY KEY (county_code, id),
    UNIQUE (county_code, case_id, rule, evidence_key),
    FOREIGN KEY (county_code, case_id) REFERENCES dispute_cases (county_code, id)
);
CREATE INDEX anomaly_flags_open ON anomaly_flags (county_code, state, rule, id);
CREATE INDEX anomaly_flags_by_evidence ON anomaly_flags (county_code, rule, evidence_key);

-- How far the record of a county has been looked through.
CREATE TABLE anomaly_looks (
    county_code text NOT NULL,
    looked_at   timestamptz NOT NULL, -- everything that was written before
    PRIMARY KEY (county_code)
);

-- Fingerprints of the texts of agreements in force, keyed: whoever has the row alone can neither read nor try out a text.
CREATE TABLE anomaly_prints (
    county_code  text NOT NULL,
    case_id      uuid NOT NULL,
    band         integer NOT NULL,
    print        text NOT NULL,
    agreement_id uuid NOT NULL,
    PRIMARY KEY (county_code, case_id, band),
    FOREIGN KEY (county_code, case_id) REFERENCES dispute_cases (county_code, id)
);
CREATE INDEX anomaly_prints_by_print ON anomaly_prints (county_code, print, case_id);
