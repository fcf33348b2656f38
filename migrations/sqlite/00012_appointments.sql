-- +goose Up

-- Sessions that were arranged and not yet held. The place is sealed; its blind index says whether a room is taken.
CREATE TABLE session_appointments (
    county_code  text NOT NULL,
    id           text NOT NULL,
    case_id      text NOT NULL,
    committee_id text NOT NULL,
    starts_at    datetime NOT NULL,
    ends_at      datetime NOT NULL,
    place_sealed blob,
    place_index  text NOT NULL,
    mode         text NOT NULL,
    kind         text NOT NULL,
    attending    text NOT NULL, -- ids of parties, JSON
    state        text NOT NULL,
    sequence     integer NOT NULL,
    changed_at   datetime NOT NULL,
    session_id   text,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, case_id) REFERENCES dispute_cases (county_code, id),
    FOREIGN KEY (county_code, committee_id) REFERENCES committees (county_code, id),
    FOREIGN KEY (county_code, session_id) REFERENCES mediation_sessions (county_code, id)
);
CREATE INDEX session_appointments_by_case ON session_appointments (county_code, case_id, starts_at);
CREATE INDEX session_appointments_by_time ON session_appointments (county_code, starts_at);
