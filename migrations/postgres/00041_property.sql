-- +goose Up

-- Property disputes by the day they were registered: how many in a compound, of which kind, without reading the cases.
CREATE INDEX dispute_cases_property ON dispute_cases (county_code, registered_at, category, compound_id, area_code, state, linked_from)
    WHERE category >= '13' AND category < '13:';
-- The list of one compound's cases.
CREATE INDEX dispute_cases_by_compound ON dispute_cases (county_code, compound_id, id) WHERE compound_id IS NOT NULL;
