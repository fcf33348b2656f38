-- +goose Up

-- Look-ups that must be global: a login, a case reference, a phone index. The one table beside idempotency_keys that an
-- act may write outside its county.
CREATE TABLE directory (
    kind        text NOT NULL,
    key         text NOT NULL,
    county_code text NOT NULL,
    id          text NOT NULL,
    PRIMARY KEY (kind, key)
);
CREATE INDEX directory_by_id ON directory (county_code, id);

-- What was already done under a one-time key, for a day.
CREATE TABLE idempotency_keys (
    key_hash    text NOT NULL PRIMARY KEY,
    body_hash   text NOT NULL,
    county_code text NOT NULL,
    id          text,
    version     integer NOT NULL,
    status      integer NOT NULL,
    made_at     datetime NOT NULL
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (made_at);

-- The record of acts: one chain a case. Personal words stand sealed beside the hashed bytes, which hold only their
-- salted digest, so that they can be erased without breaking the chain.
CREATE TABLE journal (
    county_code   text NOT NULL,
    id            text NOT NULL,
    case_id       text NOT NULL,
    seq           integer NOT NULL,
    event         text NOT NULL,
    from_state    text NOT NULL,
    to_state      text NOT NULL,
    actor_id      text,
    actor_role    text NOT NULL,
    party_id      text,
    occurred_at   datetime NOT NULL,
    recorded_at   datetime NOT NULL,
    late          boolean NOT NULL,
    fact          text NOT NULL,
    words_sealed  blob,
    salt          blob,
    words_digest  text NOT NULL,
    prev_hash     text NOT NULL,
    hash          text NOT NULL,
    PRIMARY KEY (county_code, id),
    UNIQUE (county_code, case_id, seq)
);
-- +goose StatementBegin
CREATE TRIGGER journal_no_update BEFORE UPDATE OF county_code, id, case_id, seq, event, from_state, to_state, actor_id,
    actor_role, party_id, occurred_at, recorded_at, late, fact, words_digest, prev_hash, hash ON journal
BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;
-- +goose StatementEnd

-- Who must still be told of an entry. Claimed, and removed when done.
CREATE TABLE outbox (
    county_code text NOT NULL,
    id          text NOT NULL,
    topic       text NOT NULL,
    case_id     text,
    entry_id    text,
    payload     blob,
    attempts    integer NOT NULL,
    due_at      datetime NOT NULL,
    made_at     datetime NOT NULL,
    PRIMARY KEY (county_code, id)
);
CREATE INDEX outbox_by_due ON outbox (county_code, topic, due_at);
