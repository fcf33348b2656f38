-- +goose Up

-- Cases of a month in a few lines: in all (dim empty), and told apart by one thing at a time (dim type, source, category or outcome, with
-- its code). Every figure of the case table, the overview and the report of a year is a sum of such lines.
DROP TABLE case_months;
CREATE TABLE case_months (
    county_code text NOT NULL,
    month       date NOT NULL,
    basis       text NOT NULL, -- closed or accepted: which of its days lies in the month
    unit        integer NOT NULL, -- digits of the lead committee's own place that tell it: 4 city, 6 county, 9 town, 12 village
    dim         text NOT NULL,
    code        text NOT NULL,
    n           bigint NOT NULL,
    settled     bigint NOT NULL,
    failed      bigint NOT NULL,
    complex     bigint NOT NULL,
    met         bigint NOT NULL,
    paid        bigint NOT NULL, -- settled with an amount
    parties     bigint NOT NULL,
    sessions    bigint NOT NULL,
    amount_fen  bigint NOT NULL,
    PRIMARY KEY (county_code, basis, month, dim, code, unit)
);

-- What is dear to count is kept by the day, so that a period may begin and end within a month.
DROP TABLE asked_months;
DROP TABLE register_months;
DROP TABLE respondent_months;
DROP TABLE due_months;

-- Cases whose parties were asked on a day and have answered.
CREATE TABLE asked_days (
    county_code text NOT NULL,
    day         date NOT NULL,
    type        text NOT NULL,
    engaged     integer NOT NULL,
    n           bigint NOT NULL,
    PRIMARY KEY (county_code, day, type, engaged)
);

-- The nine counts of the cases that were registered on a day.
CREATE TABLE register_days (
    county_code   text NOT NULL,
    day           date NOT NULL,
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
    PRIMARY KEY (county_code, day)
);

-- Respondents of the cases whose parties were asked on a day, by how far they came.
CREATE TABLE respondent_days (
    county_code text NOT NULL,
    day         date NOT NULL,
    channel     text NOT NULL,
    own         integer NOT NULL,
    steps       integer NOT NULL,
    refused     integer NOT NULL,
    reason      text NOT NULL,
    n           bigint NOT NULL,
    PRIMARY KEY (county_code, day, channel, own, steps, refused, reason)
);

-- Promises that fell due on a day by what is known of them.
CREATE TABLE due_days (
    county_code text NOT NULL,
    day         date NOT NULL,
    standing    text NOT NULL, -- on_time, late, not, unknown
    n           bigint NOT NULL,
    PRIMARY KEY (county_code, day, standing)
);

-- Agreements that took effect on a day.
CREATE TABLE effect_days (
    county_code text NOT NULL,
    day         date NOT NULL,
    form        text NOT NULL, -- written or oral
    n           bigint NOT NULL,
    PRIMARY KEY (county_code, day, form)
);

-- How long the agreements of a month have held, in all and told apart by one thing at a time.
DROP TABLE life_months;
CREATE TABLE life_months (
    county_code text NOT NULL,
    month       date NOT NULL,
    dim         text NOT NULL, -- empty, form, confirmed, category, complex or helped
    code        text NOT NULL,
    weeks       integer NOT NULL,
    ended       integer NOT NULL,
    n           bigint NOT NULL,
    PRIMARY KEY (county_code, month, dim, code, weeks, ended)
);

DELETE FROM rolled_months; -- every month is added up anew
