-- +goose Up

-- One row a dispute: its register line. Personal texts are sealed.
CREATE TABLE dispute_cases (
    county_code       text NOT NULL,
    id                uuid NOT NULL,
    version           bigint NOT NULL,
    reference         text NOT NULL,
    intake_no         text NOT NULL,
    case_no           text NOT NULL,
    state             text NOT NULL,
    outcome           text NOT NULL,
    reason_code       text NOT NULL,
    source            text NOT NULL,
    category          text NOT NULL,
    difficulty        integer NOT NULL,
    risk              integer NOT NULL,
    police_open       boolean NOT NULL,
    party_pair        text NOT NULL,
    bar               text NOT NULL,
    bar_document      text NOT NULL,
    committee_id      uuid NOT NULL,
    area_code         text NOT NULL,
    compound_id       uuid,
    host_id           uuid,
    title             text NOT NULL,
    facts_sealed      bytea,
    request_sealed    bytea,
    parties           integer NOT NULL,
    amount_fen        bigint NOT NULL,
    agreement_id      uuid,
    sessions          integer NOT NULL,
    follow_ups        integer NOT NULL,
    assigned_by       text NOT NULL,
    registered_at     timestamptz NOT NULL,
    consent_asked_at  timestamptz,
    accepted_at       timestamptz,
    first_session_at  timestamptz,
    effective_at      timestamptz,
    ended_at          timestamptz,
    ended_by          uuid, -- the party that said no, or ended it
    first_closed_day  date,
    accepted_day      date,
    archived_at       timestamptz,
    next_due          date,
    next_due_name     text NOT NULL,
    guidance_sealed   bytea,
    filed_by          uuid,
    last_event_at     timestamptz NOT NULL,
    mediation_due_day date,
    paused_day        date,
    extended          boolean NOT NULL,
    applicant_names   text NOT NULL,
    respondent_names  text NOT NULL,
    register_complete boolean NOT NULL,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, committee_id) REFERENCES committees (county_code, id),
    FOREIGN KEY (county_code, compound_id) REFERENCES compounds (county_code, id)
);
CREATE UNIQUE INDEX dispute_cases_case_no ON dispute_cases (county_code, committee_id, case_no) WHERE case_no <> '';
CREATE INDEX dispute_cases_by_committee ON dispute_cases (county_code, committee_id, state, id);
CREATE INDEX dispute_cases_by_host ON dispute_cases (county_code, host_id, id);
CREATE INDEX dispute_cases_by_area ON dispute_cases (county_code, area_code, id);
CREATE INDEX dispute_cases_by_due ON dispute_cases (county_code, committee_id, next_due);
CREATE INDEX dispute_cases_by_closing ON dispute_cases (county_code, first_closed_day);
CREATE INDEX dispute_cases_by_acceptance ON dispute_cases (county_code, accepted_day);

CREATE TABLE case_parties (
    county_code          text NOT NULL,
    id                   uuid NOT NULL,
    case_id              uuid NOT NULL,
    role                 text NOT NULL,
    kind                 text NOT NULL,
    name                 text NOT NULL,
    name_key             text NOT NULL,
    person_id            uuid,
    id_number_sealed     bytea,
    id_number_index      text NOT NULL,
    phone_sealed         bytea,
    phone_index          text NOT NULL,
    address_sealed       bytea,
    phone_reason         text NOT NULL,
    sex                  text NOT NULL,
    ethnicity            text NOT NULL,
    born_on              date,
    occupation           text NOT NULL,
    employer             text NOT NULL,
    credit_code          text NOT NULL,
    legal_representative text NOT NULL,
    consent              text NOT NULL,
    consent_at           timestamptz,
    consent_channel      text NOT NULL,
    notice_at            timestamptz,
    notice_manner        text NOT NULL,
    removed_at           timestamptz,
    place                integer NOT NULL,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, case_id) REFERENCES dispute_cases (county_code, id)
);
CREATE INDEX case_parties_by_case ON case_parties (county_code, case_id);
CREATE INDEX case_parties_by_name ON case_parties (county_code, name_key);

-- The parts that people take in a case: own reach is a row here.
CREATE TABLE case_people (
    county_code text NOT NULL,
    id          uuid NOT NULL,
    case_id     uuid NOT NULL,
    person_id   uuid,
    mediator_id uuid,
    party_id    uuid,
    name        text NOT NULL,
    part        text NOT NULL,
    began_at    timestamptz NOT NULL,
    ended_at    timestamptz,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, case_id) REFERENCES dispute_cases (county_code, id)
);
CREATE INDEX case_people_by_case ON case_people (county_code, case_id, person_id);
CREATE INDEX case_people_by_person ON case_people (person_id, part);

-- Gap-free numbers: one row a committee, kind and period ('case' by year, 'intake' by day).
CREATE TABLE case_counters (
    county_code  text NOT NULL,
    committee_id uuid NOT NULL,
    period       text NOT NULL,
    last         bigint NOT NULL,
    PRIMARY KEY (county_code, committee_id, period)
);

CREATE TABLE mediation_sessions (
    county_code      text NOT NULL,
    id               uuid NOT NULL,
    case_id          uuid NOT NULL,
    starts_at        timestamptz NOT NULL,
    ends_at          timestamptz,
    place_sealed     bytea,
    mode             text NOT NULL,
    kind             text NOT NULL,
    open             boolean NOT NULL,
    record_sealed    bytea,
    result_sealed    bytea,
    risk             integer NOT NULL,
    host_mediator_id uuid NOT NULL,
    guests_sealed    bytea,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, case_id) REFERENCES dispute_cases (county_code, id)
);
CREATE INDEX mediation_sessions_by_case ON mediation_sessions (county_code, case_id, starts_at);

CREATE TABLE session_attendance (
    county_code text NOT NULL,
    id          uuid NOT NULL,
    session_id  uuid NOT NULL,
    party_id    uuid NOT NULL,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, session_id) REFERENCES mediation_sessions (county_code, id),
    FOREIGN KEY (county_code, party_id) REFERENCES case_parties (county_code, id)
);
CREATE INDEX session_attendance_by_session ON session_attendance (county_code, session_id);

CREATE TABLE agreements (
    county_code   text NOT NULL,
    id            uuid NOT NULL,
    case_id       uuid NOT NULL,
    number        integer NOT NULL,
    form          text NOT NULL,
    facts_sealed  bytea,
    issues_sealed bytea,
    copies        integer NOT NULL,
    text_hash     text NOT NULL,
    amount_fen    bigint NOT NULL,
    fixed_at      timestamptz,
    agreed_at     timestamptz,
    effective_at  timestamptz,
    voided_at     timestamptz,
    PRIMARY KEY (county_code, id),
    UNIQUE (county_code, case_id, number),
    FOREIGN KEY (county_code, case_id) REFERENCES dispute_cases (county_code, id)
);

CREATE TABLE agreement_clauses (
    county_code  text NOT NULL,
    id           uuid NOT NULL,
    agreement_id uuid NOT NULL,
    place        integer NOT NULL,
    text_sealed  bytea,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, agreement_id) REFERENCES agreements (county_code, id)
);
CREATE INDEX agreement_clauses_by_agreement ON agreement_clauses (county_code, agreement_id, place);

CREATE TABLE obligations (
    county_code       text NOT NULL,
    id                uuid NOT NULL,
    case_id           uuid NOT NULL,
    agreement_id      uuid NOT NULL,
    clause_id         uuid NOT NULL,
    place             integer NOT NULL,
    debtor_party_id   uuid NOT NULL,
    creditor_party_id uuid NOT NULL,
    kind              text NOT NULL,
    amount_fen        bigint NOT NULL,
    due_on            date,
    manner_sealed     bytea,
    state             text NOT NULL,
    state_on          date,
    confirmed_by      text NOT NULL,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, case_id) REFERENCES dispute_cases (county_code, id),
    FOREIGN KEY (county_code, agreement_id) REFERENCES agreements (county_code, id),
    FOREIGN KEY (county_code, clause_id) REFERENCES agreement_clauses (county_code, id),
    FOREIGN KEY (county_code, debtor_party_id) REFERENCES case_parties (county_code, id),
    FOREIGN KEY (county_code, creditor_party_id) REFERENCES case_parties (county_code, id)
);
CREATE INDEX obligations_by_agreement ON obligations (county_code, agreement_id, place);

CREATE TABLE signatures (
    county_code  text NOT NULL,
    id           uuid NOT NULL,
    case_id      uuid NOT NULL,
    agreement_id uuid NOT NULL,
    signer       text NOT NULL,
    party_id     uuid,
    mediator_id  uuid,
    kind         text NOT NULL,
    text_hash    text NOT NULL,
    signed_at    timestamptz NOT NULL,
    recorded_by  uuid,
    retracted_at timestamptz,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, agreement_id) REFERENCES agreements (county_code, id)
);
CREATE INDEX signatures_by_agreement ON signatures (county_code, agreement_id);

CREATE TABLE follow_ups (
    county_code text NOT NULL,
    id          uuid NOT NULL,
    case_id     uuid NOT NULL,
    visited_on  date NOT NULL,
    visitor     text NOT NULL,
    satisfied   integer NOT NULL,
    performed   boolean NOT NULL,
    note_sealed bytea,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, case_id) REFERENCES dispute_cases (county_code, id)
);
CREATE INDEX follow_ups_by_case ON follow_ups (county_code, case_id);

-- A party's way to one case without an account. The code itself is never stored.
CREATE TABLE access_codes (
    county_code text NOT NULL,
    id          uuid NOT NULL,
    case_id     uuid NOT NULL,
    party_id    uuid NOT NULL,
    code_hash   text NOT NULL,
    channel     text NOT NULL,
    issued_at   timestamptz NOT NULL,
    revoked_at  timestamptz,
    failures    integer NOT NULL,
    failed_at   timestamptz,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, case_id) REFERENCES dispute_cases (county_code, id),
    FOREIGN KEY (county_code, party_id) REFERENCES case_parties (county_code, id)
);
CREATE INDEX access_codes_by_case ON access_codes (county_code, case_id);

-- One-time codes with which a party signs a text it was shown.
CREATE TABLE signing_codes (
    county_code text NOT NULL,
    id          uuid NOT NULL,
    case_id     uuid NOT NULL,
    party_id    uuid NOT NULL,
    code_hash   text NOT NULL,
    text_hash   text NOT NULL,
    expires_at  timestamptz NOT NULL,
    used_at     timestamptz,
    failures    integer NOT NULL,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, party_id) REFERENCES case_parties (county_code, id)
);
CREATE INDEX signing_codes_by_party ON signing_codes (county_code, party_id);

-- What the conflict check found at an assignment, and what was decided.
CREATE TABLE conflict_checks (
    county_code   text NOT NULL,
    id            uuid NOT NULL,
    case_id       uuid NOT NULL,
    mediator_id   uuid NOT NULL,
    checked_at    timestamptz NOT NULL,
    ties          text NOT NULL,
    decision      text NOT NULL,
    reason_sealed bytea,
    decided_by    uuid,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, case_id) REFERENCES dispute_cases (county_code, id)
);
CREATE INDEX conflict_checks_by_case ON conflict_checks (county_code, case_id);

CREATE TABLE case_attachments (
    county_code text NOT NULL,
    id          uuid NOT NULL,
    case_id     uuid NOT NULL,
    document_id uuid NOT NULL,
    kind        text NOT NULL,
    shared      boolean NOT NULL,
    party_id    uuid,
    added_by    uuid,
    added_at    timestamptz NOT NULL,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, case_id) REFERENCES dispute_cases (county_code, id),
    FOREIGN KEY (county_code, document_id) REFERENCES documents (county_code, id)
);
CREATE INDEX case_attachments_by_case ON case_attachments (county_code, case_id);

-- What a resident has typed so far and not sent.
CREATE TABLE filing_drafts (
    county_code    text NOT NULL,
    id             uuid NOT NULL,
    secret_hash    text NOT NULL,
    answers_sealed bytea,
    updated_at     timestamptz NOT NULL,
    PRIMARY KEY (county_code, id)
);
CREATE INDEX filing_drafts_by_age ON filing_drafts (county_code, updated_at);
