-- +goose Up

-- What a letter is about and to whom it goes, so that it can be taken back; why it could not be sent, in words that hold
-- nothing personal; and since when it has been given up.
ALTER TABLE outbox ADD COLUMN kind text NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN subject_id uuid;
ALTER TABLE outbox ADD COLUMN party_id uuid;
ALTER TABLE outbox ADD COLUMN trouble text NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN given_up_at timestamptz;
CREATE INDEX outbox_by_case ON outbox (county_code, case_id);
CREATE INDEX outbox_given_up ON outbox (county_code, given_up_at) WHERE given_up_at IS NOT NULL;

-- The nearest reminder of a session that was sent, in hours before it begins; 0 while there was none.
ALTER TABLE session_appointments ADD COLUMN reminded integer NOT NULL DEFAULT 0;

-- What was given up before: since when was not kept.
UPDATE outbox SET given_up_at = made_at WHERE attempts >= 20;
