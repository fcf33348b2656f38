-- +goose Up

-- Money for mediation (经费保障), as a unit entered it for a year. What was entered before stays; the latest counts.
CREATE TABLE funding_entries (
    county_code        text NOT NULL,
    id                 text NOT NULL,
    area_code          text NOT NULL,
    year               integer NOT NULL,
    number             integer NOT NULL, -- 1 for the first entry of a unit and year
    guidance_budgeted  integer NOT NULL, -- in fen: 指导工作经费
    guidance_spent     integer NOT NULL,
    subsidy_budgeted   integer NOT NULL, -- 调委会工作补助经费
    subsidy_spent      integer NOT NULL,
    allowance_budgeted integer NOT NULL, -- 调解员补贴经费
    allowance_spent    integer NOT NULL,
    own_budgeted       integer NOT NULL, -- 设立单位自有经费
    own_spent          integer NOT NULL,
    entered_at         datetime NOT NULL,
    entered_by         text NOT NULL,
    entered_name       text NOT NULL,
    PRIMARY KEY (county_code, id),
    UNIQUE (county_code, year, area_code, number)
);

-- Tables that were handed in: frozen with the moment of their figures and a hash of all they say. A later version takes the
-- place of an earlier one and leaves it readable.
CREATE TABLE handed_in (
    county_code  text NOT NULL,
    id           text NOT NULL,
    report       text NOT NULL, -- case_table, organisation_table
    area_code    text NOT NULL,
    from_on      date NOT NULL,
    to_on        date NOT NULL,
    basis        text NOT NULL,
    number       integer NOT NULL, -- 1 for the first version
    reason       text NOT NULL,    -- why it was amended; empty for the first version
    snapshot_at  datetime NOT NULL,
    content      text NOT NULL,
    content_hash text NOT NULL,
    made_at      datetime NOT NULL,
    made_by      text NOT NULL,
    made_name    text NOT NULL,
    PRIMARY KEY (county_code, id),
    UNIQUE (county_code, report, area_code, from_on, to_on, basis, number)
);
