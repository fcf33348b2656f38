-- +goose Up

-- What is being written for a case and was not done yet: an agreement, or the record of a session. One of each kind a
-- case; sealed, since it says what the act will say. It goes when the act is done, or when nobody touched it for long.
CREATE TABLE workshop_drafts (
    county_code text NOT NULL,
    id          text NOT NULL,
    case_id     text NOT NULL,
    kind        text NOT NULL, -- agreement or session
    version     integer NOT NULL,
    body_sealed blob NOT NULL,
    kept_by     text NOT NULL,
    kept_at     datetime NOT NULL,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, case_id) REFERENCES dispute_cases (county_code, id)
);
CREATE UNIQUE INDEX workshop_drafts_of_case ON workshop_drafts (county_code, case_id, kind);
CREATE INDEX workshop_drafts_by_age ON workshop_drafts (county_code, kept_at);
