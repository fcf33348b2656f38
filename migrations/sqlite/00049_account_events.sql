-- +goose Up

-- What happened to somebody's way in: who, what, when, by whom. Only ever added to; no addresses, no secrets.
CREATE TABLE account_events (
    county_code text NOT NULL,
    id          text NOT NULL,
    account_id  text NOT NULL,
    event       text NOT NULL,
    at          datetime NOT NULL,
    by_person   text, -- nobody: the system, the console, or somebody who did not come in
    PRIMARY KEY (county_code, id)
);
CREATE INDEX account_events_by_account ON account_events (county_code, account_id, id);
CREATE INDEX account_events_by_time ON account_events (at);
-- +goose StatementBegin
CREATE TRIGGER account_events_no_update BEFORE UPDATE ON account_events
BEGIN
    SELECT RAISE(ABORT, 'account events are append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER account_events_no_delete BEFORE DELETE ON account_events
BEGIN
    SELECT RAISE(ABORT, 'account events are append-only');
END;
-- +goose StatementEnd
