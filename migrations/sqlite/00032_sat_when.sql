-- +goose Up

-- Whether a mediator sat elsewhere at a time is asked of every session: by mediator and time, not by all they ever sat in.
CREATE TABLE session_mediators_new (
    county_code text NOT NULL,
    id          text NOT NULL,
    session_id  text NOT NULL,
    mediator_id text NOT NULL,
    starts_at   datetime NOT NULL,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, session_id) REFERENCES mediation_sessions (county_code, id)
);
INSERT INTO session_mediators_new (county_code, id, session_id, mediator_id, starts_at)
SELECT m.county_code, m.id, m.session_id, m.mediator_id, v.starts_at
FROM session_mediators m JOIN mediation_sessions v ON v.county_code = m.county_code AND v.id = m.session_id;
DROP TABLE session_mediators;
ALTER TABLE session_mediators_new RENAME TO session_mediators;
CREATE INDEX session_mediators_by_session ON session_mediators (county_code, session_id);
CREATE INDEX session_mediators_by_mediator ON session_mediators (county_code, mediator_id, starts_at);
