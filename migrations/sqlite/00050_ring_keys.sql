-- +goose Up

-- Under which keys of the rings values lie, and, as "fixed" and sealed, the keys of what is looked up and of codes.
CREATE TABLE ring_keys (
    ring       text NOT NULL,
    name       text NOT NULL,
    key_sealed blob,
    made_at    datetime NOT NULL,
    PRIMARY KEY (ring, name)
);
