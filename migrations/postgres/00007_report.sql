-- +goose Up

-- Reports count a period of a city from these alone, without going to the cases' rows. They take the place of the two
-- narrower ones.
DROP INDEX dispute_cases_by_closing;
DROP INDEX dispute_cases_by_acceptance;
CREATE INDEX dispute_cases_by_closing ON dispute_cases (county_code, first_closed_day, committee_id, area_code, category, outcome);
CREATE INDEX dispute_cases_by_acceptance ON dispute_cases (county_code, accepted_day, first_closed_day, committee_id, area_code, outcome);
CREATE INDEX dispute_cases_by_asking ON dispute_cases (county_code, consent_asked_at, accepted_day, committee_id, area_code, ended_at);
