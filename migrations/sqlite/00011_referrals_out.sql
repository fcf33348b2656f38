-- +goose Up

-- To which organ a case was referred on, why, and who was told.
CREATE TABLE referrals_out (
    county_code     text NOT NULL,
    id              text NOT NULL,
    case_id         text NOT NULL,
    number          integer NOT NULL,
    organ_kind      text NOT NULL,
    organ           text NOT NULL,
    reason_sealed   blob,
    papers          text NOT NULL, -- attachments shared, as JSON
    consents        text NOT NULL, -- parties that agreed, as JSON
    told            text NOT NULL, -- parties that were told, as JSON
    not_told_sealed blob,
    reply_by        text,
    made_at         datetime NOT NULL,
    made_by         text,
    PRIMARY KEY (county_code, id),
    UNIQUE (county_code, case_id, number),
    FOREIGN KEY (county_code, case_id) REFERENCES dispute_cases (county_code, id)
);

ALTER TABLE dispute_cases ADD COLUMN referrals_out integer NOT NULL DEFAULT 0; -- made so far
