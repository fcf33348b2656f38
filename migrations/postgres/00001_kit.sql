-- +goose Up

-- Look-ups that must be global: a login, a case reference, a phone index. The one table beside idempotency_keys that an
-- act may write outside its county.
CREATE TABLE directory (
    kind        text NOT NULL,
    key         text NOT NULL,
    county_code text NOT NULL,
    id          uuid NOT NULL,
    PRIMARY KEY (kind, key)
);
CREATE INDEX directory_by_id ON directory (county_code, id);

-- What was already done under a one-time key, for a day.
CREATE TABLE idempotency_keys (
    key_hash    text NOT NULL PRIMARY KEY,
    body_hash   text NOT NULL,
    county_code text NOT NULL,
    id          uuid,
    version     bigint NOT NULL,
    status      integer NOT NULL,
    made_at     timestamptz NOT NULL
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (made_at);

-- The record of acts: one chain a case. Personal words stand sealed beside the hashed bytes, which hold only their
-- salted digest, so that they can be erased without breaking the chain.
CREATE TABLE journal (
    county_code   text NOT NULL,
    id            uuid NOT NULL,
    case_id       uuid NOT NULL,
    seq           bigint NOT NULL,
    event         text NOT NULL,
    from_state    text NOT NULL,
    to_state      text NOT NULL,
    actor_id      uuid,
    actor_role    text NOT NULL,
    party_id      uuid,
    occurred_at   timestamptz NOT NULL,
    recorded_at   timestamptz NOT NULL,
    late          boolean NOT NULL,
    fact          text NOT NULL,
    words_sealed  bytea,
    salt          bytea,
    words_digest  text NOT NULL,
    prev_hash     text NOT NULL,
    hash          text NOT NULL,
    PRIMARY KEY (county_code, id),
    UNIQUE (county_code, case_id, seq)
);
-- Append-only: the program's own role may erase personal words with their salt, and change nothing else.
REVOKE UPDATE, DELETE, TRUNCATE ON journal FROM CURRENT_USER;
GRANT UPDATE (words_sealed, salt) ON journal TO CURRENT_USER;

-- Who must still be told of an entry. Claimed, and removed when done.
CREATE TABLE outbox (
    county_code text NOT NULL,
    id          uuid NOT NULL,
    topic       text NOT NULL,
    case_id     uuid,
    entry_id    uuid,
    payload     bytea,
    attempts    integer NOT NULL,
    due_at      timestamptz NOT NULL,
    made_at     timestamptz NOT NULL,
    PRIMARY KEY (county_code, id)
);
CREATE INDEX outbox_by_due ON outbox (county_code, topic, due_at);
