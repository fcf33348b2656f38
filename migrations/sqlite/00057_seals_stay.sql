-- +goose Up

-- Seals are only ever added to, as the other logs are.
-- +goose StatementBegin
CREATE TRIGGER record_seals_no_update BEFORE UPDATE ON record_seals
BEGIN
    SELECT RAISE(ABORT, 'seals are append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER record_seals_no_delete BEFORE DELETE ON record_seals
BEGIN
    SELECT RAISE(ABORT, 'seals are append-only');
END;
-- +goose StatementEnd

-- An operator said, with a reason, that the database's last seal counts although another was kept beside the keys: after an older backup
-- was put back. The reason stands in the record.
CREATE TABLE seal_acceptances (
    county_code text NOT NULL,
    id          text NOT NULL,
    version     integer NOT NULL,
    had_number  integer NOT NULL, -- of the last seal that was kept beside the keys; 0: none that holds
    had_hash    text NOT NULL,
    number      integer NOT NULL, -- of the database's last seal; 0: none
    hash        text NOT NULL,
    accepted_at datetime NOT NULL,
    PRIMARY KEY (county_code, id)
);
