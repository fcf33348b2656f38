-- +goose Up

-- What is paid for a mediated dispute, or for a post, in an area: a scheme is never changed; one that nobody was paid by may
-- be withdrawn. It lies in its area's county, a city's in the city's own.
CREATE TABLE subsidy_schemes (
    county_code  text NOT NULL,
    id           text NOT NULL,
    area_code    text NOT NULL,
    kind         text NOT NULL, -- case or post
    name         text NOT NULL,
    number       integer NOT NULL, -- of the area's schemes of this kind
    valid_from   text NOT NULL,
    valid_to     text NOT NULL, -- the last day
    ended_on     text,          -- the last day, where it was ended before
    basis        text NOT NULL,
    terms        text NOT NULL, -- JSON
    sha256       text NOT NULL, -- of the terms
    published_by text NOT NULL,
    published_at datetime NOT NULL,
    withdrawn_at datetime,
    PRIMARY KEY (county_code, id),
    UNIQUE (county_code, area_code, kind, number)
);

-- By how much the amounts of an indexed scheme are raised for a year's cases, in ten-thousandths.
CREATE TABLE subsidy_factors (
    county_code      text NOT NULL,
    scheme_id        text NOT NULL,
    year             integer NOT NULL,
    per_ten_thousand integer NOT NULL,
    basis            text NOT NULL,
    made_by          text NOT NULL,
    made_at          datetime NOT NULL,
    PRIMARY KEY (county_code, scheme_id, year),
    FOREIGN KEY (county_code, scheme_id) REFERENCES subsidy_schemes (county_code, id)
);

-- A claim for a case, or for a post in a year. The scheme may lie in the city's county: its terms are held by their hash.
CREATE TABLE subsidy_claims (
    county_code    text NOT NULL,
    id             text NOT NULL,
    version        integer NOT NULL,
    kind           text NOT NULL,
    case_id        text,
    post_person_id text,
    post_year      integer NOT NULL, -- 0 for a case
    called         text NOT NULL,    -- the case's number, or the post
    committee_id   text NOT NULL,
    area_code      text NOT NULL,
    closed_on      text NOT NULL,
    scheme_id      text NOT NULL,
    scheme_sha256  text NOT NULL,
    tier           text NOT NULL,
    class          text NOT NULL,
    form           text NOT NULL,
    grade          text NOT NULL,
    rate_fen       integer NOT NULL,
    bonus_fen      integer NOT NULL,
    fen            integer NOT NULL,
    codes          text NOT NULL, -- what stands against it by the scheme, separated by blanks
    state          text NOT NULL,
    step           text NOT NULL, -- at which it was refused
    refusal        text NOT NULL,
    refusal_text   text NOT NULL,
    same_case_id   text,
    reply          text NOT NULL,
    replied_at     datetime,
    claimed_by     text NOT NULL,
    claimed_at     datetime NOT NULL,
    checked_by     text,
    examined_by    text,
    approved_by    text,
    refused_by     text,
    batch_id       text,
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
    id          text NOT NULL,
    claim_id    text NOT NULL,
    person_id   text NOT NULL,
    mediator_id text,
    name        text NOT NULL,
    part        text NOT NULL,
    weight      integer NOT NULL,
    fen         integer NOT NULL,
    PRIMARY KEY (county_code, id),
    UNIQUE (county_code, claim_id, person_id),
    FOREIGN KEY (county_code, claim_id) REFERENCES subsidy_claims (county_code, id)
);
CREATE INDEX subsidy_shares_by_person ON subsidy_shares (person_id);

-- What is paid together, with two signatures over the digest of its lines.
CREATE TABLE subsidy_batches (
    county_code   text NOT NULL,
    id            text NOT NULL,
    version       integer NOT NULL,
    number        integer NOT NULL,
    kind          text NOT NULL,
    from_on       text NOT NULL,
    to_on         text NOT NULL,
    claims        integer NOT NULL,
    fen           integer NOT NULL,
    sha256        text NOT NULL,
    state         text NOT NULL,
    held          text NOT NULL, -- JSON: what stayed out, and why
    made_by       text NOT NULL,
    made_at       datetime NOT NULL,
    first_by      text,
    first_name    text NOT NULL,
    first_at      datetime,
    first_sha256  text NOT NULL,
    second_by     text,
    second_name   text NOT NULL,
    second_at     datetime,
    paid_on       text,
    PRIMARY KEY (county_code, id),
    UNIQUE (county_code, number)
);

CREATE TABLE subsidy_lines (
    county_code text NOT NULL,
    id          text NOT NULL,
    batch_id    text NOT NULL,
    claim_id    text NOT NULL,
    called      text NOT NULL,
    person_id   text NOT NULL,
    name        text NOT NULL,
    fen         integer NOT NULL,
    PRIMARY KEY (county_code, id),
    UNIQUE (county_code, batch_id, claim_id, person_id),
    FOREIGN KEY (county_code, batch_id) REFERENCES subsidy_batches (county_code, id),
    FOREIGN KEY (county_code, claim_id) REFERENCES subsidy_claims (county_code, id)
);

-- Where a person is paid. Nothing of it stands in a case, a claim or a batch.
CREATE TABLE subsidy_accounts (
    county_code    text NOT NULL,
    id             text NOT NULL,
    version        integer NOT NULL,
    person_id      text NOT NULL,
    holder_sealed  blob,
    bank_sealed    blob,
    number_sealed  blob,
    entered_by     text NOT NULL,
    entered_at     datetime NOT NULL,
    PRIMARY KEY (county_code, id),
    UNIQUE (county_code, person_id)
);

-- Every payment list that was taken out of the system.
CREATE TABLE subsidy_exports (
    county_code text NOT NULL,
    id          text NOT NULL,
    batch_id    text NOT NULL,
    format      text NOT NULL,
    persons     integer NOT NULL,
    fen         integer NOT NULL,
    taken_by    text NOT NULL,
    taken_name  text NOT NULL,
    taken_at    datetime NOT NULL,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, batch_id) REFERENCES subsidy_batches (county_code, id)
);
CREATE INDEX subsidy_exports_by_batch ON subsidy_exports (county_code, batch_id);

-- Who must not be paid for part-time work.
CREATE TABLE subsidy_barred (
    county_code text NOT NULL,
    id          text NOT NULL,
    version     integer NOT NULL,
    person_id   text NOT NULL,
    mediator_id text NOT NULL,
    name        text NOT NULL,
    area_code   text NOT NULL,
    from_on     text NOT NULL,
    to_on       text, -- the last day; NULL while it lasts
    reason      text NOT NULL,
    entered_by  text NOT NULL,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, mediator_id) REFERENCES mediators (county_code, id)
);
CREATE INDEX subsidy_barred_by_person ON subsidy_barred (county_code, person_id);
