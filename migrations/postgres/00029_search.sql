-- +goose Up

-- By what a case is found: beginnings of names (as written, in pinyin, by first letters), of the title and of the place. Kind
-- n, t or p says what a term was taken from. Nothing of what is sealed.
CREATE TABLE case_terms (
    county_code text NOT NULL,
    case_id     uuid NOT NULL,
    kind        text NOT NULL,
    term        text COLLATE "C" NOT NULL,
    PRIMARY KEY (county_code, case_id, kind, term),
    FOREIGN KEY (county_code, case_id) REFERENCES dispute_cases (county_code, id)
);
CREATE INDEX case_terms_by_term ON case_terms (county_code, term, kind, case_id);

-- Cases from before: the program keeps their words in the background, and strikes them here.
CREATE TABLE case_terms_due (
    county_code text NOT NULL,
    case_id     uuid NOT NULL,
    PRIMARY KEY (county_code, case_id)
);
INSERT INTO case_terms_due (county_code, case_id) SELECT county_code, id FROM dispute_cases;

CREATE INDEX case_parties_by_id_number ON case_parties (county_code, id_number_index) WHERE id_number_index <> '';

-- Who looked up a number of a person, and when: neither the number nor whose it was.
CREATE TABLE number_look_ups (
    county_code  text NOT NULL,
    id           uuid NOT NULL,
    person_id    uuid NOT NULL,
    kind         text NOT NULL, -- phone or id_number
    found        integer NOT NULL,
    looked_up_at timestamptz NOT NULL,
    PRIMARY KEY (county_code, id)
);
CREATE INDEX number_look_ups_by_person ON number_look_ups (county_code, person_id, looked_up_at);
