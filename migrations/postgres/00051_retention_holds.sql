-- +goose Up

-- What keeps a dossier beyond its time until somebody lifts it. The reasons are sealed; each hold has a chain of its own in the record.
CREATE TABLE retention_holds (
    county_code   text NOT NULL,
    id            uuid NOT NULL,
    version       bigint NOT NULL,
    case_id       uuid NOT NULL,
    reason_sealed bytea NOT NULL,
    set_by        uuid NOT NULL,
    set_at        timestamptz NOT NULL,
    why_sealed    bytea,
    lifted_by     uuid,
    lifted_at     timestamptz,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, case_id) REFERENCES dispute_cases (county_code, id)
);
CREATE UNIQUE INDEX retention_holds_one ON retention_holds (county_code, case_id) WHERE lifted_at IS NULL;
CREATE INDEX dispute_cases_by_retention ON dispute_cases (county_code, retention, retain_until, area_code, id) WHERE retention <> '';
