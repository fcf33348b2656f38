-- +goose Up

-- The few cases that were taken up again after their end, and those from which a mediator withdrew: found without reading every entry
-- and everybody of every case.
CREATE INDEX journal_reopened ON journal (county_code, case_id) WHERE event IN ('remediate', 'reconsider');
CREATE INDEX case_people_recused ON case_people (county_code, case_id) WHERE part = 'recused';
CREATE INDEX court_matters_by_agreement ON court_matters (kind, county_code, agreement_id, result);
