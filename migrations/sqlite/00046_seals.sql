-- +goose Up

-- What the record of a county held at the end of a day, signed with a key that is not in the database. Each holds the hash of the one before.
CREATE TABLE record_seals (
    county_code text NOT NULL,
    number      integer NOT NULL,
    until_on    date NOT NULL,
    entries     integer NOT NULL,
    digest      text NOT NULL,
    prev_hash   text NOT NULL,
    hash        text NOT NULL,
    key_id      text NOT NULL,
    signature   blob NOT NULL,
    sealed_at   datetime NOT NULL,
    PRIMARY KEY (county_code, number)
);
CREATE INDEX record_seals_by_day ON record_seals (until_on, county_code);
