-- +goose Up

-- Seals are only ever added to, as the other logs are.
REVOKE UPDATE, DELETE, TRUNCATE ON record_seals FROM CURRENT_USER;

-- An operator said, with a reason, that the database's last seal counts although another was kept beside the keys: after an older backup
-- was put back. The reason stands in the record.
CREATE TABLE seal_acceptances (
    county_code text NOT NULL,
    id          uuid NOT NULL,
    version     bigint NOT NULL,
    had_number  bigint NOT NULL, -- of the last seal that was kept beside the keys; 0: none that holds
    had_hash    text NOT NULL,
    number      bigint NOT NULL, -- of the database's last seal; 0: none
    hash        text NOT NULL,
    accepted_at timestamptz NOT NULL,
    PRIMARY KEY (county_code, id)
);
