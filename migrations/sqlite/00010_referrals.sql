-- +goose Up

-- How an organ referred a case: at most one row a case.
CREATE TABLE case_referrals (
    county_code      text NOT NULL,
    id               text NOT NULL,
    case_id          text NOT NULL,
    channel          text NOT NULL,
    kind             text NOT NULL,
    organ            text NOT NULL,
    number           text NOT NULL, -- of the letter, incident, petition, work order or centre's case
    officer_sealed   blob,
    received_at      datetime,      -- when receipt was signed for; M7 counts from it
    procedure        text NOT NULL,
    deadline         text,
    organ_category   text NOT NULL,
    consent_to_share boolean NOT NULL,
    penalty_case     boolean,
    exclusions       text NOT NULL, -- the answers of A11, as JSON
    reply_to_sealed  blob,
    recorded_at      datetime NOT NULL,
    PRIMARY KEY (county_code, id),
    UNIQUE (county_code, case_id),
    FOREIGN KEY (county_code, case_id) REFERENCES dispute_cases (county_code, id)
);

-- What is told to the organ: the result, and each step where the channel wants it. Of results one stands; a later one
-- supersedes it.
CREATE TABLE referral_results (
    county_code   text NOT NULL,
    id            text NOT NULL,
    case_id       text NOT NULL,
    seq           integer NOT NULL,
    kind          text NOT NULL,
    event         text NOT NULL,
    state         text NOT NULL,
    outcome       text NOT NULL,
    reason_code   text NOT NULL,
    letter        text NOT NULL,
    agreed_on     text,
    ended_on      text,
    told_to_sue   boolean NOT NULL,
    made_at       datetime NOT NULL,
    superseded_at datetime,
    PRIMARY KEY (county_code, id),
    UNIQUE (county_code, case_id, seq, kind),
    FOREIGN KEY (county_code, case_id) REFERENCES dispute_cases (county_code, id)
);
CREATE UNIQUE INDEX referral_results_one_stands ON referral_results (county_code, case_id) WHERE kind = 'result' AND superseded_at IS NULL;

ALTER TABLE dispute_cases ADD COLUMN referred boolean NOT NULL DEFAULT false; -- case_referrals has a row
