-- +goose Up

-- Of a session: which of the seven points its record shows, who kept the record, whom was asked about what.
ALTER TABLE mediation_sessions ADD COLUMN points text NOT NULL DEFAULT '[]';
ALTER TABLE mediation_sessions ADD COLUMN details_sealed blob;

CREATE TABLE session_mediators (
    county_code text NOT NULL,
    id          text NOT NULL,
    session_id  text NOT NULL,
    mediator_id text NOT NULL,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, session_id) REFERENCES mediation_sessions (county_code, id)
);
CREATE INDEX session_mediators_by_session ON session_mediators (county_code, session_id);
CREATE INDEX session_mediators_by_mediator ON session_mediators (county_code, mediator_id);
