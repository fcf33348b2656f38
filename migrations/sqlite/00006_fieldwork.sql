-- +goose Up

-- Legal services brought to where people live (五在场): one row a service. Kinds 1–5: major village decisions, village
-- rules, legal advice, major disputes, publicity at key dates.
CREATE TABLE presence_services (
    county_code   text NOT NULL,
    id            text NOT NULL,
    area_code     text NOT NULL,
    kind          integer NOT NULL CHECK (kind BETWEEN 1 AND 5),
    served_on     date NOT NULL,
    provider      text NOT NULL,
    provider_name text NOT NULL,
    minutes       integer NOT NULL,
    case_id       text,
    made_at       datetime NOT NULL,
    made_by       text,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, case_id) REFERENCES dispute_cases (county_code, id)
);
CREATE INDEX presence_services_by_day ON presence_services (county_code, served_on);
