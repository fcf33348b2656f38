-- +goose Up

-- Rounds of dossier review (卷宗评查). The seed is fixed, and told as its hash, before the period closes; it is opened with the
-- draw. A trial is about a period that was over, and counts for nothing.
CREATE TABLE review_rounds (
    county_code    text NOT NULL,
    id             text NOT NULL,
    version        integer NOT NULL,
    area_code      text NOT NULL,
    name           text NOT NULL,
    from_on        text NOT NULL,
    to_on          text NOT NULL,
    rate_confirmed integer NOT NULL, -- per cent
    rate_rest      integer NOT NULL,
    appeal_days    integer NOT NULL, -- working days
    trial          boolean NOT NULL,
    seed_sealed    blob NOT NULL,
    seed_hash      text NOT NULL,
    fixed_at       datetime NOT NULL,
    fixed_by       text NOT NULL,
    drawn_at       datetime,
    left_out       integer NOT NULL, -- restricted cases: not for other committees' eyes
    PRIMARY KEY (county_code, id)
);

CREATE TABLE review_reviewers (
    county_code text NOT NULL,
    round_id    text NOT NULL,
    person_id   text NOT NULL,
    name        text NOT NULL,
    named_at    datetime NOT NULL,
    PRIMARY KEY (county_code, round_id, person_id),
    FOREIGN KEY (county_code, round_id) REFERENCES review_rounds (county_code, id)
);

CREATE TABLE review_strata (
    county_code    text NOT NULL,
    round_id       text NOT NULL,
    committee_type text NOT NULL,
    category       text NOT NULL,
    confirmed      boolean NOT NULL,
    cases          integer NOT NULL,
    drawn          integer NOT NULL,
    PRIMARY KEY (county_code, round_id, committee_type, category, confirmed),
    FOREIGN KEY (county_code, round_id) REFERENCES review_rounds (county_code, id)
);

-- A dossier of a round: drawn at random, or added for a flag. place is its place in the order of its stratum.
CREATE TABLE review_items (
    county_code    text NOT NULL,
    id             text NOT NULL,
    version        integer NOT NULL,
    round_id       text NOT NULL,
    case_id        text NOT NULL,
    case_no        text NOT NULL,
    committee_id   text NOT NULL,
    area_code      text NOT NULL, -- the committee's
    committee_type text NOT NULL,
    category       text NOT NULL,
    confirmed      boolean NOT NULL,
    why            text NOT NULL, -- random or risk
    place          integer NOT NULL,
    trial          boolean NOT NULL,
    reviewer_id    text,
    reviewer_name  text NOT NULL,
    state          text NOT NULL,
    sheets         integer NOT NULL,
    score          integer NOT NULL, -- of the last sheet
    grade          text NOT NULL,
    vetoed         boolean NOT NULL,
    appeal_by      text,
    appealed_by    text,
    appeal_sealed  blob,
    PRIMARY KEY (county_code, id),
    UNIQUE (county_code, round_id, case_id),
    FOREIGN KEY (county_code, round_id) REFERENCES review_rounds (county_code, id),
    FOREIGN KEY (county_code, case_id) REFERENCES dispute_cases (county_code, id)
);
CREATE INDEX review_items_by_case ON review_items (county_code, case_id);
CREATE INDEX review_items_by_reviewer ON review_items (reviewer_id, state);

-- One reviewer's sheet; an answer of the committee leads to a second.
CREATE TABLE review_sheets (
    county_code    text NOT NULL,
    id             text NOT NULL,
    item_id        text NOT NULL,
    number         integer NOT NULL,
    person_id      text NOT NULL,
    points         text NOT NULL, -- JSON: points by item of the sheet
    remarks_sealed blob,
    veto           text NOT NULL,
    score          integer NOT NULL,
    grade          text NOT NULL,
    made_at        datetime NOT NULL,
    PRIMARY KEY (county_code, id),
    UNIQUE (county_code, item_id, number),
    FOREIGN KEY (county_code, item_id) REFERENCES review_items (county_code, id)
);

-- Who opened a dossier for a review, and when.
CREATE TABLE review_openings (
    county_code text NOT NULL,
    id          text NOT NULL,
    item_id     text NOT NULL,
    person_id   text NOT NULL,
    what        text NOT NULL, -- dossier, or the id of a file
    opened_at   datetime NOT NULL,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, item_id) REFERENCES review_items (county_code, id)
);
CREATE INDEX review_openings_by_item ON review_openings (county_code, item_id, opened_at);
