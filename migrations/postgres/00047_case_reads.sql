-- +goose Up

-- Who of the staff looked at a case, or took a list of cases out: one line a person, case, kind and day. Only ever added to.
CREATE TABLE case_reads (
    county_code  text NOT NULL,
    id           uuid NOT NULL,
    case_id      uuid, -- none: a list
    person_id    uuid NOT NULL,
    role         text NOT NULL,
    committee_id uuid,
    office_area  text NOT NULL DEFAULT '',
    area_code    text NOT NULL, -- of the case, or of whoever took the list
    kind         text NOT NULL,
    read_on      date NOT NULL,
    read_at      timestamptz NOT NULL,
    PRIMARY KEY (county_code, id)
);
CREATE UNIQUE INDEX case_reads_once_a_day ON case_reads (county_code, case_id, person_id, kind, read_on);
CREATE INDEX case_reads_by_person ON case_reads (person_id, id);
REVOKE UPDATE, DELETE, TRUNCATE ON case_reads FROM CURRENT_USER;
