-- +goose Up

-- What is paid for a mediated dispute, or for a post, in an area: a scheme is never changed; one that nobody was paid by may
-- be withdrawn. It lies in its area's county, a city's in the city's own.
CREATE TABLE subsidy_schemes (
    county_code  text NOT NULL,
    id           uuid NOT NULL,
    area_code    text NOT NULL,
    kind         text NOT NULL, -- case or post
    name         text NOT NULL,
    number       integer NOT NULL, -- of the area's schemes of this kind
    valid_from   date NOT NULL,
    valid_to     date NOT NULL, -- the last day
    ended_on     date,          -- the last day, where it was ended before
    basis        text NOT NULL,
    terms        text NOT NULL, -- JSON
    sha256       text NOT NULL, -- of the terms
    published_by uuid NOT NULL,
    published_at timestamptz NOT NULL,
    withdrawn_at timestamptz,
    PRIMARY KEY (county_code, id),
    UNIQUE (county_code, area_code, kind, number)
);

-- By how much the amounts of an indexed scheme are raised for a year's cases, in ten-thousandths.
CREATE TABLE subsidy_factors (
    county_code      text NOT NULL,
    scheme_id        uuid NOT NULL,
    year             integer NOT NULL,
    per_ten_thousand integer NOT NULL,
    basis            text NOT NULL,
    made_by          uuid NOT NULL,
    made_at          timestamptz NOT NULL,
    PRIMARY KEY (county_code, scheme_id, year),
    FOREIGN KEY (county_code, scheme_id) REFERENCES subsidy_schemes (county_code, id)
);

-- A claim for a case, or for a post in a year. The scheme may lie in the city's county: its terms are held by their hash.
CREATE TABLE subsidy_claims (
    county_code    text NOT NULL,
    id             uuid NOT NULL,
    version        bigint NOT NULL,
    kind           text NOT NULL,
    case_id        uuid,
    post_person_id uuid,
    post_year      integer NOT NULL, -- 0 for a case
    called         text NOT NULL,    -- the case's number, or the post
    committee_id   uuid NOT NULL,
    area_code      text NOT NULL,
    closed_on      date NOT NULL,
    scheme_id      uuid NOT NULL,
    scheme_sha256  text NOT NULL,
    tier           text NOT NULL,
    class          text NOT NULL,
    form           text NOT NULL,
    grade          text NOT NULL,
    rate_fen       bigint NOT NULL,
    bonus_fen      bigint NOT NULL,
    fen            bigint NOT NULL,
    codes          text NOT NULL, -- what stands against it by the scheme, separated by blanks
    state          text NOT NULL,
    step           text NOT NULL, -- at which it was refused
    refusal        text NOT NULL,
    refusal_text   text NOT NULL,
    same_case_id   uuid,
    reply          text NOT NULL,
    replied_at     timestamptz,
    claimed_by     uuid NOT NULL,
    claimed_at     timestamptz NOT NULL,
    checked_by     uuid,
    examined_by    uuid,
    approved_by    uuid,
    refused_by     uuid,
    batch_id       uuid,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, committee_id) REFERENCES committees (county_code, id),
    FOREIGN KEY (county_code, case_id) REFERENCES dispute_cases (county_code, id)
);
CREATE UNIQUE INDEX subsidy_claims_once_a_case ON subsidy_claims (county_code, case_id) WHERE case_id IS NOT NULL;
CREATE UNIQUE INDEX subsidy_claims_once_a_post ON subsidy_claims (county_code, post_person_id, post_year) WHERE post_person_id IS NOT NULL;
CREATE INDEX subsidy_claims_by_state ON subsidy_claims (county_code, state, id);
CREATE INDEX subsidy_claims_by_scheme ON subsidy_claims (county_code, scheme_id);
CREATE INDEX subsidy_claims_by_batch ON subsidy_claims (county_code, batch_id) WHERE batch_id IS NOT NULL;

-- Who shares a claim.
CREATE TABLE subsidy_shares (
    county_code text NOT NULL,
    id          uuid NOT NULL,
    claim_id    uuid NOT NULL,
    person_id   uuid NOT NULL,
    mediator_id uuid,
    name        text NOT NULL,
    part        text NOT NULL,
    weight      bigint NOT NULL,
    fen         bigint NOT NULL,
    PRIMARY KEY (county_code, id),
    UNIQUE (county_code, claim_id, person_id),
    FOREIGN KEY (county_code, claim_id) REFERENCES subsidy_claims (county_code, id)
);
CREATE INDEX subsidy_shares_by_person ON subsidy_shares (person_id);

-- What is paid together, with two signatures over the digest of its lines.
CREATE TABLE subsidy_batches (
    county_code   text NOT NULL,
    id            uuid NOT NULL,
    version       bigint NOT NULL,
    number        integer NOT NULL,
    kind          text NOT NULL,
    from_on       date NOT NULL,
    to_on         date NOT NULL,
    claims        integer NOT NULL,
    fen           bigint NOT NULL,
    sha256        text NOT NULL,
    state         text NOT NULL,
    held          text NOT NULL, -- JSON: what stayed out, and why
    made_by       uuid NOT NULL,
    made_at       timestamptz NOT NULL,
    first_by      uuid,
    first_name    text NOT NULL,
    first_at      timestamptz,
    first_sha256  text NOT NULL,
    second_by     uuid,
    second_name   text NOT NULL,
    second_at     timestamptz,
    paid_on       date,
    PRIMARY KEY (county_code, id),
    UNIQUE (county_code, number)
);

CREATE TABLE subsidy_lines (
    county_code text NOT NULL,
    id          uuid NOT NULL,
    batch_id    uuid NOT NULL,
    claim_id    uuid NOT NULL,
    called      text NOT NULL,
    person_id   uuid NOT NULL,
    name        text NOT NULL,
    fen         bigint NOT NULL,
    PRIMARY KEY (county_code, id),
    UNIQUE (county_code, batch_id, claim_id, person_id),
    FOREIGN KEY (county_code, batch_id) REFERENCES subsidy_batches (county_code, id),
    FOREIGN KEY (county_code, claim_id) REFERENCES subsidy_claims (county_code, id)
);

-- Where a person is paid. Nothing of it stands in a case, a claim or a batch.
CREATE TABLE subsidy_accounts (
    county_code    text NOT NULL,
    id             uuid NOT NULL,
    version        bigint NOT NULL,
    person_id      uuid NOT NULL,
    holder_sealed  bytea,
    bank_sealed    bytea,
    number_sealed  bytea,
    entered_by     uuid NOT NULL,
    entered_at     timestamptz NOT NULL,
    PRIMARY KEY (county_code, id),
    UNIQUE (county_code, person_id)
);

-- Every payment list that was taken out of the system.
CREATE TABLE subsidy_exports (
    county_code text NOT NULL,
    id          uuid NOT NULL,
    batch_id    uuid NOT NULL,
    format      text NOT NULL,
    persons     integer NOT NULL,
    fen         bigint NOT NULL,
    taken_by    uuid NOT NULL,
    taken_name  text NOT NULL,
    taken_at    timestamptz NOT NULL,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, batch_id) REFERENCES subsidy_batches (county_code, id)
);
CREATE INDEX subsidy_exports_by_batch ON subsidy_exports (county_code, batch_id);

-- Who must not be paid for part-time work.
CREATE TABLE subsidy_barred (
    county_code text NOT NULL,
    id          uuid NOT NULL,
    version     bigint NOT NULL,
    person_id   uuid NOT NULL,
    mediator_id uuid NOT NULL,
    name        text NOT NULL,
    area_code   text NOT NULL,
    from_on     date NOT NULL,
    to_on       date, -- the last day; NULL while it lasts
    reason      text NOT NULL,
    entered_by  uuid NOT NULL,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, mediator_id) REFERENCES mediators (county_code, id)
);
CREATE INDEX subsidy_barred_by_person ON subsidy_barred (county_code, person_id);
