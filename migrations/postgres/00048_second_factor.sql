-- +goose Up

-- The second factor: a secret that was drawn and not yet confirmed, and codes for the day when the telephone is lost.
ALTER TABLE accounts ADD COLUMN totp_next_sealed bytea;
CREATE TABLE recovery_codes (
    county_code text NOT NULL,
    id          uuid NOT NULL,
    account_id  uuid NOT NULL,
    code_index  text NOT NULL, -- keyed; the code is kept nowhere
    used_at     timestamptz,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, account_id) REFERENCES accounts (county_code, id)
);
CREATE INDEX recovery_codes_by_account ON recovery_codes (county_code, account_id);

-- When whoever holds a session last showed that it is them, and from what kind of device it was opened.
ALTER TABLE sessions ADD COLUMN confirmed_at timestamptz;
ALTER TABLE sessions ADD COLUMN device text NOT NULL DEFAULT '';
