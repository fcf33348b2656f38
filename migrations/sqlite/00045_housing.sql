-- +goose Up

-- A city's quarter as it was told to the housing bureau for the first time: its places, and the property disputes of each kind in
-- each. It is never changed: two tellings that differ would say what lies between them.
CREATE TABLE housing_quarters (
    county_code text NOT NULL, -- the city's own
    year        integer NOT NULL,
    quarter     integer NOT NULL,
    told_at     datetime NOT NULL,
    places      text NOT NULL, -- JSON
    PRIMARY KEY (county_code, year, quarter)
);
