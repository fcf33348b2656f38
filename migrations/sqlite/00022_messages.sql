-- +goose Up

-- The language in which a party is written to: zh-CN or en; empty while nobody has told.
ALTER TABLE case_parties ADD COLUMN reads text NOT NULL DEFAULT '';
-- When a party, or who acts for it, first came to see its case.
ALTER TABLE case_parties ADD COLUMN opened_at datetime;
-- Its e-mail address, and by what it chose to be written to: sms or email; empty as there is a way.
ALTER TABLE case_parties ADD COLUMN email_sealed blob;
ALTER TABLE case_parties ADD COLUMN channel text NOT NULL DEFAULT '';
-- Since when the address is the party's own word alone: it takes no code for signing at once.
ALTER TABLE case_parties ADD COLUMN email_since datetime;

-- The hours of the day in which a letter may be sent, also when it is tried again; 0 and 0: any.
ALTER TABLE outbox ADD COLUMN hour_from integer NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN hour_to integer NOT NULL DEFAULT 0;

-- That a party was sent a message, of which kind and how, and what became of it: no text and no address. It stays with
-- the case when the letter is gone.
CREATE TABLE party_messages (
    county_code text NOT NULL,
    id          text NOT NULL,
    case_id     text NOT NULL,
    party_id    text NOT NULL,
    kind        text NOT NULL,
    channel     text NOT NULL,
    made_at     datetime NOT NULL,
    sent_at     datetime,
    given_up_at datetime,
    opened_at   datetime,
    read_at     datetime,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, case_id) REFERENCES dispute_cases (county_code, id),
    FOREIGN KEY (county_code, party_id) REFERENCES case_parties (county_code, id)
);
CREATE INDEX party_messages_by_case ON party_messages (county_code, case_id, party_id, made_at);

-- Why a party said no, if it said why.
ALTER TABLE case_parties ADD COLUMN refusal text NOT NULL DEFAULT '';
UPDATE case_parties SET refusal = COALESCE((SELECT c.reason_code FROM dispute_cases c WHERE c.county_code = case_parties.county_code
    AND c.id = case_parties.case_id AND c.ended_by = case_parties.id AND c.reason_code LIKE 'D%'), '') WHERE consent = 'refused';
CREATE INDEX session_attendance_by_party ON session_attendance (county_code, party_id);
