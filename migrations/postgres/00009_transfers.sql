-- +goose Up

-- An offer of a case to another committee: to lead it from then on (transfer), or to join its mediation (joint). The
-- committee asked may lie in another county; it is no key here.
CREATE TABLE case_transfers (
    county_code       text NOT NULL,
    id                uuid NOT NULL,
    case_id           uuid NOT NULL,
    number            integer NOT NULL,
    kind              text NOT NULL,
    from_committee_id uuid NOT NULL,
    to_committee_id   uuid NOT NULL,
    reason            text NOT NULL,
    text_sealed       bytea,
    consents          text NOT NULL, -- parties that agreed, as JSON
    offered_at        timestamptz NOT NULL,
    offered_by        uuid,
    due_on            date NOT NULL,
    state             text NOT NULL,
    answered_at       timestamptz,
    answered_by       uuid,
    answer_sealed     bytea,
    seq               bigint NOT NULL, -- the entry with which it was answered: so far the earlier lead may read
    ended_at          timestamptz,         -- when a joined committee left
    PRIMARY KEY (county_code, id),
    UNIQUE (county_code, case_id, number),
    FOREIGN KEY (county_code, case_id) REFERENCES dispute_cases (county_code, id),
    FOREIGN KEY (county_code, from_committee_id) REFERENCES committees (county_code, id)
);
CREATE UNIQUE INDEX case_transfers_one_open ON case_transfers (county_code, case_id) WHERE state IN ('pending', 'taken_over');
CREATE INDEX case_transfers_by_sender ON case_transfers (county_code, from_committee_id, state);

ALTER TABLE dispute_cases ADD COLUMN offered_to uuid;                       -- the committee asked, while it has not answered
ALTER TABLE dispute_cases ADD COLUMN transfers integer NOT NULL DEFAULT 0;  -- offers made so far
ALTER TABLE dispute_cases ADD COLUMN linked_from uuid;                      -- the case of another county that this one goes on with
ALTER TABLE dispute_cases ADD COLUMN linked_to uuid;                        -- the case of another county that goes on with this one
CREATE INDEX dispute_cases_by_offer ON dispute_cases (offered_to) WHERE offered_to IS NOT NULL;
CREATE UNIQUE INDEX dispute_cases_linked_from ON dispute_cases (county_code, linked_from) WHERE linked_from IS NOT NULL;

ALTER TABLE case_people ADD COLUMN committee_id uuid; -- of a mediator whose committee joined; NULL for the lead's own
