-- +goose Up

-- The language in which a party is written to: zh-CN or en; empty while nobody has told.
ALTER TABLE case_parties ADD COLUMN reads text NOT NULL DEFAULT '';
-- When a party, or who acts for it, first came to see its case.
ALTER TABLE case_parties ADD COLUMN opened_at timestamptz;
-- Its e-mail address, and by what it chose to be written to: sms or email; empty as there is a way.
ALTER TABLE case_parties ADD COLUMN email_sealed bytea;
ALTER TABLE case_parties ADD COLUMN channel text NOT NULL DEFAULT '';

-- The hours of the day in which a letter may be sent, also when it is tried again; 0 and 0: any.
ALTER TABLE outbox ADD COLUMN hour_from integer NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN hour_to integer NOT NULL DEFAULT 0;
