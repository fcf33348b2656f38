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
    n           integer NOT NULL,
    settled     integer NOT NULL,
    failed      integer NOT NULL,
    complex     integer NOT NULL,
    met         integer NOT NULL,
    paid        integer NOT NULL, -- settled with an amount
    parties     integer NOT NULL,
    sessions    integer NOT NULL,
    amount_fen  integer NOT NULL,
    PRIMARY KEY (county_code, basis, month, dim, code, unit)
);
DELETE FROM rolled_months; -- every month is added up anew
