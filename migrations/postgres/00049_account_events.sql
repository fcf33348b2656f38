-- +goose Up

-- What happened to somebody's way in: who, what, when, by whom. Only ever added to; no addresses, no secrets.
CREATE TABLE account_events (
    county_code text NOT NULL,
    id          uuid NOT NULL,
    account_id  uuid NOT NULL,
    event       text NOT NULL,
    at          timestamptz NOT NULL,
    by_person   uuid, -- nobody: the system, the console, or somebody who did not come in
    PRIMARY KEY (county_code, id)
);
CREATE INDEX account_events_by_account ON account_events (county_code, account_id, id);
CREATE INDEX account_events_by_time ON account_events (at);
REVOKE UPDATE, DELETE, TRUNCATE ON account_events FROM CURRENT_USER;
