-- +goose Up

-- The day on which a mediation ended: with an agreement in force, or with the close where there was none.
ALTER TABLE dispute_cases ADD COLUMN mediated_day date;
UPDATE dispute_cases SET mediated_day = LEAST(first_closed_day, (effective_at AT TIME ZONE 'Asia/Shanghai')::date) WHERE first_closed_day IS NOT NULL OR effective_at IS NOT NULL;

-- Months whose figures changed and must be added up anew. Each act leaves a mark of its own, so that no two wait for one another.
CREATE TABLE recounts (
    county_code text NOT NULL,
    id          uuid NOT NULL,
    month       date NOT NULL, -- its first day
    PRIMARY KEY (county_code, id)
);

-- Months that are added up. One with a mark in recounts is not to be believed; one that is missing was never added up.
CREATE TABLE rolled_months (
    county_code text NOT NULL,
    month       date NOT NULL,
    rolled_on   date NOT NULL,
    PRIMARY KEY (county_code, month)
);

-- Cases of a month by everything that the case table and the overview ask of them: closed (basis closed) and accepted
-- (basis accepted) in it.
CREATE TABLE case_months (
    county_code text NOT NULL,
    month       date NOT NULL,
    basis       text NOT NULL,
    unit        integer NOT NULL, -- digits of the lead committee's own place that tell it: 4 city, 6 county, 9 town, 12 village
    type        text NOT NULL,
    source      text NOT NULL,
    category    text NOT NULL,
    outcome     text NOT NULL,
    settled     integer NOT NULL,
    complex     integer NOT NULL,
    met         integer NOT NULL,
    n           bigint NOT NULL,
    parties     bigint NOT NULL,
    amount_fen  bigint NOT NULL,
    PRIMARY KEY (county_code, basis, month, unit, type, source, category, outcome, settled, complex, met)
);

-- Cases accepted in a month by the month in which they were first closed; empty while they are open.
CREATE TABLE case_cohorts (
    county_code  text NOT NULL,
    month        date NOT NULL,
    closed_month text NOT NULL, -- 2026-11
    type         text NOT NULL,
    sector       text NOT NULL,
    settled      integer NOT NULL,
    failed       integer NOT NULL,
    n            bigint NOT NULL,
    PRIMARY KEY (county_code, month, closed_month, type, sector, settled, failed)
);

-- Cases whose parties were asked in a month and have answered.
CREATE TABLE asked_months (
    county_code text NOT NULL,
    month       date NOT NULL,
    type        text NOT NULL,
    engaged     integer NOT NULL,
    n           bigint NOT NULL,
    PRIMARY KEY (county_code, month, type, engaged)
);

-- The nine counts of the cases that were registered in a month.
CREATE TABLE register_months (
    county_code   text NOT NULL,
    month         date NOT NULL,
    registered    bigint NOT NULL,
    not_accepted  bigint NOT NULL,
    accepted      bigint NOT NULL,
    party_refused bigint NOT NULL,
    withdrawn     bigint NOT NULL,
    failed        bigint NOT NULL,
    agreed        bigint NOT NULL,
    kept          bigint NOT NULL,
    sued          bigint NOT NULL,
    met           bigint NOT NULL,
    PRIMARY KEY (county_code, month)
);

-- Respondents of those cases by how far they came.
CREATE TABLE respondent_months (
    county_code text NOT NULL,
    month       date NOT NULL,
    channel     text NOT NULL,
    own         integer NOT NULL,
    steps       integer NOT NULL,
    refused     integer NOT NULL,
    reason      text NOT NULL,
    n           bigint NOT NULL,
    PRIMARY KEY (county_code, month, channel, own, steps, refused, reason)
);

-- Mediations that ended in a month by how many days they took from acceptance, and whether that was within their limit.
CREATE TABLE duration_months (
    county_code text NOT NULL,
    month       date NOT NULL,
    days        integer NOT NULL,
    within      integer NOT NULL,
    n           bigint NOT NULL,
    PRIMARY KEY (county_code, month, days, within)
);

-- Promises that fell due in a month by what is known of them.
CREATE TABLE due_months (
    county_code text NOT NULL,
    month       date NOT NULL,
    standing    text NOT NULL, -- on_time, late, not, unknown
    n           bigint NOT NULL,
    PRIMARY KEY (county_code, month, standing)
);

-- Agreements that took effect in a month, and how many of these pairs of parties came back within twelve months; only of
-- months that are so long over.
CREATE TABLE return_months (
    county_code text NOT NULL,
    month       date NOT NULL,
    n           bigint NOT NULL,
    returned    bigint NOT NULL,
    PRIMARY KEY (county_code, month)
);

-- Agreements after which the same pair of parties came back within twelve months, and the case with which they did first.
CREATE TABLE case_returns (
    county_code text NOT NULL,
    case_id     uuid NOT NULL,
    month       date NOT NULL, -- of the agreement's effect
    returned_id uuid NOT NULL,
    PRIMARY KEY (county_code, case_id)
);
CREATE INDEX case_returns_by_month ON case_returns (county_code, month);

-- How long agreements have held (survival handbook): days from their effect to what broke them, or to the last day on which
-- something was known of them.
CREATE TABLE agreement_lives (
    county_code text NOT NULL,
    case_id     uuid NOT NULL,
    month       date NOT NULL, -- of the agreement's effect
    days        integer NOT NULL,
    ended       integer NOT NULL,
    PRIMARY KEY (county_code, case_id)
);
CREATE INDEX agreement_lives_by_month ON agreement_lives (county_code, month, days, ended);
CREATE TABLE life_months (
    county_code text NOT NULL,
    month       date NOT NULL,
    weeks       integer NOT NULL,
    ended       integer NOT NULL,
    form        text NOT NULL,
    confirmed   integer NOT NULL,
    n           bigint NOT NULL,
    PRIMARY KEY (county_code, month, weeks, ended, form, confirmed)
);

CREATE INDEX dispute_cases_by_effect ON dispute_cases (county_code, effective_at) WHERE effective_at IS NOT NULL;
CREATE INDEX obligations_by_due ON obligations (county_code, due_on) WHERE due_on IS NOT NULL;
CREATE INDEX dispute_cases_by_register ON dispute_cases (county_code, registered_at);
