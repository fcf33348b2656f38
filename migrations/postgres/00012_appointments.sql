-- +goose Up

-- Sessions that were arranged and not yet held. The place is sealed; its blind index says whether a room is taken.
CREATE TABLE session_appointments (
    county_code  text NOT NULL,
    id           uuid NOT NULL,
    case_id      uuid NOT NULL,
    committee_id uuid NOT NULL,
    starts_at    timestamptz NOT NULL,
    ends_at      timestamptz NOT NULL,
    place_sealed bytea,
    place_index  text NOT NULL,
    mode         text NOT NULL,
    kind         text NOT NULL,
    attending    text NOT NULL, -- ids of parties, JSON
    state        text NOT NULL,
    sequence     integer NOT NULL,
    changed_at   timestamptz NOT NULL,
    session_id   uuid,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, case_id) REFERENCES dispute_cases (county_code, id),
    FOREIGN KEY (county_code, committee_id) REFERENCES committees (county_code, id),
    FOREIGN KEY (county_code, session_id) REFERENCES mediation_sessions (county_code, id)
);
CREATE INDEX session_appointments_by_case ON session_appointments (county_code, case_id, starts_at);
CREATE INDEX session_appointments_by_time ON session_appointments (county_code, starts_at);
