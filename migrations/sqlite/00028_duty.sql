-- +goose Up

-- When a mediator is away, and who stands in.
CREATE TABLE absences (
    county_code  text NOT NULL,
    id           text NOT NULL,
    committee_id text NOT NULL,
    mediator_id  text NOT NULL,
    cover_id     text,           -- NULL where nobody stands in
    from_on      text NOT NULL,
    to_on        text NOT NULL, -- the last day
    ended_on     text,          -- the day on which they were entered as back; NULL while they are away
    covered      text NOT NULL, -- the cases that the cover was let into, separated by blanks
    entered_by   text NOT NULL,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, mediator_id) REFERENCES mediators (county_code, id)
);
CREATE INDEX absences_by_committee ON absences (county_code, committee_id, ended_on);

-- Which languages beside standard Chinese a mediator speaks.
CREATE TABLE mediator_languages (
    county_code text NOT NULL,
    mediator_id text NOT NULL,
    language    text NOT NULL,
    PRIMARY KEY (county_code, mediator_id, language),
    FOREIGN KEY (county_code, mediator_id) REFERENCES mediators (county_code, id)
);
