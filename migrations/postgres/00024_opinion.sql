-- +goose Up

-- What parties think of how they were treated, apart from the case: no case, no party, no person, no time but the quarter;
-- ids that are drawn and not made from the clock.
CREATE TABLE opinion_answers (
    county_code text NOT NULL,
    id          uuid NOT NULL,
    quarter     text NOT NULL, -- 2026-1
    side        text NOT NULL,
    category    text NOT NULL, -- the first level
    outcome     text NOT NULL, -- settled, unsettled or other
    heard       text NOT NULL, -- 1–5, or empty for rather not say
    understood  text NOT NULL,
    free        text NOT NULL,
    neutral     text NOT NULL,
    again       text NOT NULL,
    line_sealed bytea,
    PRIMARY KEY (county_code, id)
);

-- Who the parties are, all of it optional; apart from their opinions too.
CREATE TABLE equality_answers (
    county_code text NOT NULL,
    id          uuid NOT NULL,
    quarter     text NOT NULL,
    age_band    text NOT NULL,
    sex         text NOT NULL,
    first_time  text NOT NULL,
    helped      text NOT NULL,
    PRIMARY KEY (county_code, id)
);

-- That a party has answered, once; not what, and not when.
CREATE TABLE opinion_marks (
    county_code text NOT NULL,
    case_id     uuid NOT NULL,
    party_id    uuid NOT NULL,
    form        text NOT NULL,
    PRIMARY KEY (county_code, case_id, party_id, form),
    FOREIGN KEY (county_code, case_id) REFERENCES dispute_cases (county_code, id),
    FOREIGN KEY (county_code, party_id) REFERENCES case_parties (county_code, id)
);
