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
DELETE FROM rolled_months; -- every month is added up anew
