-- +goose Up

-- Whether a mediator sat elsewhere at a time is asked of every session: by mediator and time, not by all they ever sat in.
ALTER TABLE session_mediators ADD COLUMN starts_at timestamptz;
UPDATE session_mediators m SET starts_at = v.starts_at FROM mediation_sessions v WHERE v.county_code = m.county_code AND v.id = m.session_id;
ALTER TABLE session_mediators ALTER COLUMN starts_at SET NOT NULL;
DROP INDEX session_mediators_by_mediator;
CREATE INDEX session_mediators_by_mediator ON session_mediators (county_code, mediator_id, starts_at);
