-- +goose Up

-- Somebody known by name. What could identify them is sealed; the blind indexes find equal values.
CREATE TABLE persons (
    county_code      text NOT NULL,
    id               text NOT NULL,
    version          integer NOT NULL,
    name             text NOT NULL,
    id_number_sealed blob,
    id_number_index  text NOT NULL,
    phone_sealed     blob,
    phone_index      text NOT NULL,
    address_sealed   blob,
    sex              text NOT NULL,
    ethnicity        text NOT NULL,
    born             text,
    made_at          datetime NOT NULL,
    PRIMARY KEY (county_code, id)
);
CREATE INDEX persons_by_id_number ON persons (county_code, id_number_index) WHERE id_number_index <> '';
CREATE INDEX persons_by_phone ON persons (county_code, phone_index) WHERE phone_index <> '';

-- The way in of a person. The login stands in the directory too, where it is unique everywhere.
CREATE TABLE accounts (
    county_code   text NOT NULL,
    id            text NOT NULL,
    version       integer NOT NULL,
    person_id     text NOT NULL,
    login         text NOT NULL,
    password_hash text NOT NULL,
    state         text NOT NULL,
    must_change   boolean NOT NULL,
    totp_sealed   blob,
    totp_step     integer NOT NULL,
    made_at       datetime NOT NULL,
    changed_at    datetime NOT NULL,
    PRIMARY KEY (county_code, id),
    UNIQUE (county_code, person_id),
    FOREIGN KEY (county_code, person_id) REFERENCES persons (county_code, id)
);

-- A role held in a committee or over an area, from a day on, until another (on which it is held no more).
CREATE TABLE posts (
    county_code  text NOT NULL,
    id           text NOT NULL,
    person_id    text NOT NULL,
    role         text NOT NULL,
    committee_id text,
    area_code    text NOT NULL,
    from_day     text NOT NULL,
    until_day    text,
    made_at      datetime NOT NULL,
    made_by      text,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, person_id) REFERENCES persons (county_code, id)
);
CREATE INDEX posts_by_person ON posts (county_code, person_id);
CREATE INDEX posts_by_committee ON posts (county_code, committee_id);

-- Who is signed in: a person, or a party of one case. Only the hash of the secret is kept; actor is what the holder
-- may act as, so that a request needs one look-up.
CREATE TABLE sessions (
    county_code text NOT NULL,
    id          text NOT NULL,
    kind        text NOT NULL,
    person_id   text,
    case_id     text,
    party_id    text,
    secret_hash text NOT NULL,
    actor       text NOT NULL,
    made_at     datetime NOT NULL,
    seen_at     datetime NOT NULL,
    ends_at     datetime NOT NULL,
    PRIMARY KEY (county_code, id)
);
CREATE INDEX sessions_by_person ON sessions (county_code, person_id);
CREATE INDEX sessions_by_case ON sessions (county_code, case_id);
CREATE INDEX sessions_by_end ON sessions (ends_at);

-- How often somebody tried to sign in lately: by login, by address, and by both once they have succeeded together. The
-- keys are blind indexes; a login that nobody has is counted like any other, so the rows belong to no county.
CREATE TABLE sign_in_tries (
    key     text NOT NULL PRIMARY KEY,
    tries   integer NOT NULL,
    waits   integer NOT NULL,
    since   datetime NOT NULL,
    until   datetime NOT NULL
);
CREATE INDEX sign_in_tries_by_age ON sign_in_tries (until);
