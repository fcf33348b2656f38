-- +goose Up

-- Somebody known by name. What could identify them is sealed; the blind indexes find equal values.
CREATE TABLE persons (
    county_code      text NOT NULL,
    id               uuid NOT NULL,
    version          bigint NOT NULL,
    name             text NOT NULL,
    id_number_sealed bytea,
    id_number_index  text NOT NULL,
    phone_sealed     bytea,
    phone_index      text NOT NULL,
    address_sealed   bytea,
    sex              text NOT NULL,
    ethnicity        text NOT NULL,
    born             date,
    made_at          timestamptz NOT NULL,
    PRIMARY KEY (county_code, id)
);
CREATE INDEX persons_by_id_number ON persons (county_code, id_number_index) WHERE id_number_index <> '';
CREATE INDEX persons_by_phone ON persons (county_code, phone_index) WHERE phone_index <> '';

-- The way in of a person. The login stands in the directory too, where it is unique everywhere.
CREATE TABLE accounts (
    county_code   text NOT NULL,
    id            uuid NOT NULL,
    version       bigint NOT NULL,
    person_id     uuid NOT NULL,
    login         text NOT NULL,
    password_hash text NOT NULL,
    state         text NOT NULL,
    must_change   boolean NOT NULL,
    totp_sealed   bytea,
    totp_step     bigint NOT NULL,
    made_at       timestamptz NOT NULL,
    changed_at    timestamptz NOT NULL,
    PRIMARY KEY (county_code, id),
    UNIQUE (county_code, person_id),
    FOREIGN KEY (county_code, person_id) REFERENCES persons (county_code, id)
);

-- A role held in a committee or over an area, from a day on, until another (on which it is held no more).
CREATE TABLE posts (
    county_code  text NOT NULL,
    id           uuid NOT NULL,
    person_id    uuid NOT NULL,
    role         text NOT NULL,
    committee_id uuid,
    area_code    text NOT NULL,
    from_day     date NOT NULL,
    until_day    date,
    made_at      timestamptz NOT NULL,
    made_by      uuid,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, person_id) REFERENCES persons (county_code, id)
);
CREATE INDEX posts_by_person ON posts (county_code, person_id);
CREATE INDEX posts_by_committee ON posts (county_code, committee_id);

-- Who is signed in: a person, or a party of one case. Only the hash of the secret is kept; actor is what the holder
-- may act as, so that a request needs one look-up.
CREATE TABLE sessions (
    county_code text NOT NULL,
    id          uuid NOT NULL,
    kind        text NOT NULL,
    person_id   uuid,
    case_id     uuid,
    party_id    uuid,
    secret_hash text NOT NULL,
    actor       text NOT NULL,
    made_at     timestamptz NOT NULL,
    seen_at     timestamptz NOT NULL,
    ends_at     timestamptz NOT NULL,
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
    since   timestamptz NOT NULL,
    until   timestamptz NOT NULL
);
CREATE INDEX sign_in_tries_by_age ON sign_in_tries (until);
