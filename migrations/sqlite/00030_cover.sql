-- +goose Up

-- For whom a co-mediator stands in until they are back; NULL for nobody. Cover that is under way is found by its absence.
ALTER TABLE case_people ADD COLUMN covers_id text;
CREATE INDEX case_people_by_covered ON case_people (county_code, covers_id) WHERE covers_id IS NOT NULL;
UPDATE case_people SET covers_id = (SELECT min(a.mediator_id) FROM absences a WHERE a.county_code = case_people.county_code AND a.cover_id = case_people.mediator_id
        AND a.ended_on IS NULL AND ' ' || a.covered || ' ' LIKE '% ' || case_people.case_id || ' %')
    WHERE part = 'co_mediator' AND ended_at IS NULL AND mediator_id IN (SELECT a.cover_id FROM absences a WHERE a.ended_on IS NULL);

-- The cases that nobody was let into, and why, as JSON without a party's name: what was answered when the leave was entered.
ALTER TABLE absences ADD COLUMN left_out text NOT NULL DEFAULT '';

-- Whose committee wrote a draft: it does not go to another with the case. NULL only in what an earlier program wrote since.
ALTER TABLE workshop_drafts ADD COLUMN committee_id text;
UPDATE workshop_drafts SET committee_id = (SELECT c.committee_id FROM dispute_cases c WHERE c.county_code = workshop_drafts.county_code AND c.id = workshop_drafts.case_id);
