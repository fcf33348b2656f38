-- +goose Up

-- Reference tables: the same for every county, written in transactions of their own, and pointed at by no key.
CREATE TABLE areas (
    code         text NOT NULL PRIMARY KEY,
    name         text NOT NULL,
    full_name    text NOT NULL,
    level        text NOT NULL,
    kind         text NOT NULL,
    parent       text NOT NULL,
    custom       boolean NOT NULL,
    multi_ethnic boolean NOT NULL,
    valid_from   date,
    valid_to     date
);
CREATE INDEX areas_by_parent ON areas (parent, code);

CREATE TABLE holidays (
    day     date NOT NULL PRIMARY KEY,
    kind    text NOT NULL,
    name    text NOT NULL,
    made_at datetime NOT NULL,
    made_by text
);

-- Values with a day from which they hold; the narrowest area around a place decides, '' is everywhere.
CREATE TABLE settings (
    area_code  text NOT NULL,
    name       text NOT NULL,
    valid_from date NOT NULL,
    value      text NOT NULL,
    made_at    datetime NOT NULL,
    made_by    text,
    PRIMARY KEY (area_code, name, valid_from)
);

-- A committee, or the one desk of a county's bureau (type desk), which is no committee and is not counted as one.
CREATE TABLE committees (
    county_code  text NOT NULL,
    id           text NOT NULL,
    version      integer NOT NULL,
    type         text NOT NULL,
    name         text NOT NULL,
    short_name   text NOT NULL,
    area_code    text NOT NULL,
    sector       text NOT NULL,
    attributes   text NOT NULL,
    parent_id    text,
    state        text NOT NULL,
    phone        text NOT NULL,
    address      text NOT NULL,
    activated_on date,
    ended_on     date,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, parent_id) REFERENCES committees (county_code, id)
);
-- Case numbers begin with the short name.
CREATE UNIQUE INDEX committees_by_short_name ON committees (county_code, short_name);
CREATE UNIQUE INDEX committees_one_desk ON committees (county_code) WHERE type = 'desk';
CREATE INDEX committees_by_area ON committees (county_code, area_code);

CREATE TABLE committee_terms (
    county_code  text NOT NULL,
    id           text NOT NULL,
    committee_id text NOT NULL,
    method       text NOT NULL,
    electing     text NOT NULL,
    decided_on   date NOT NULL,
    starts_on    date NOT NULL,
    ends_on      date NOT NULL,
    minutes_id   text,
    PRIMARY KEY (county_code, id),
    UNIQUE (county_code, committee_id, starts_on),
    FOREIGN KEY (county_code, committee_id) REFERENCES committees (county_code, id)
);
CREATE INDEX committee_terms_by_end ON committee_terms (county_code, ends_on);

-- Persons are kept by the room of accounts; person_id is checked there.
CREATE TABLE committee_members (
    county_code  text NOT NULL,
    id           text NOT NULL,
    committee_id text NOT NULL,
    person_id    text NOT NULL,
    name         text NOT NULL,
    sex          text NOT NULL,
    ethnicity    text NOT NULL,
    office       text NOT NULL,
    joined_on    date NOT NULL,
    left_on      date,
    left_reason  text NOT NULL,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, committee_id) REFERENCES committees (county_code, id)
);
CREATE UNIQUE INDEX committee_members_once ON committee_members (county_code, committee_id, person_id) WHERE left_on IS NULL;
CREATE UNIQUE INDEX committee_members_one_chair ON committee_members (county_code, committee_id)
    WHERE left_on IS NULL AND office = 'chair';

CREATE TABLE mediators (
    county_code  text NOT NULL,
    id           text NOT NULL,
    version      integer NOT NULL,
    committee_id text NOT NULL,
    person_id    text NOT NULL,
    name         text NOT NULL,
    kind         text NOT NULL,
    born         date NOT NULL,
    sex          text NOT NULL,
    ethnicity    text NOT NULL,
    citizen      boolean NOT NULL,
    education    text NOT NULL,
    full_time    boolean NOT NULL,
    background   text NOT NULL,
    engaged_on   date NOT NULL,
    left_on      date,
    left_reason  text NOT NULL,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, committee_id) REFERENCES committees (county_code, id)
);
CREATE UNIQUE INDEX mediators_once ON mediators (county_code, committee_id, person_id) WHERE left_on IS NULL;
CREATE INDEX mediators_by_person ON mediators (county_code, person_id);

CREATE TABLE property_firms (
    county_code text NOT NULL,
    id          text NOT NULL,
    version     integer NOT NULL,
    name        text NOT NULL,
    credit_code text NOT NULL,
    phone       text NOT NULL,
    PRIMARY KEY (county_code, id)
);

CREATE TABLE compounds (
    county_code      text NOT NULL,
    id               text NOT NULL,
    version          integer NOT NULL,
    name             text NOT NULL,
    area_code        text NOT NULL,
    address          text NOT NULL,
    households       integer NOT NULL,
    property_firm_id text,
    ended_on         date,
    PRIMARY KEY (county_code, id),
    UNIQUE (county_code, area_code, name),
    FOREIGN KEY (county_code, property_firm_id) REFERENCES property_firms (county_code, id)
);

CREATE TABLE owners_committees (
    county_code text NOT NULL,
    id          text NOT NULL,
    version     integer NOT NULL,
    compound_id text NOT NULL,
    name        text NOT NULL,
    elected_on  date,
    ends_on     date,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, compound_id) REFERENCES compounds (county_code, id)
);
CREATE INDEX owners_committees_by_compound ON owners_committees (county_code, compound_id);

-- What a mediator has declared to be bound to; compared with the parties of a case (M12).
CREATE TABLE ties (
    county_code text NOT NULL,
    id          text NOT NULL,
    mediator_id text NOT NULL,
    kind        text NOT NULL,
    name        text NOT NULL,
    name_match  text NOT NULL,
    phone_index text NOT NULL,
    compound_id text,
    firm_id     text,
    note        text NOT NULL,
    declared_on date NOT NULL,
    ended_on    date,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, mediator_id) REFERENCES mediators (county_code, id),
    FOREIGN KEY (county_code, compound_id) REFERENCES compounds (county_code, id),
    FOREIGN KEY (county_code, firm_id) REFERENCES property_firms (county_code, id)
);
CREATE INDEX ties_by_mediator ON ties (county_code, mediator_id);

-- One committee serves many places: an area, or a compound in it; everything, or property matters only.
CREATE TABLE service_areas (
    county_code  text NOT NULL,
    id           text NOT NULL,
    committee_id text NOT NULL,
    area_code    text NOT NULL,
    compound_id  text,
    scope        text NOT NULL,
    valid_from   date NOT NULL,
    valid_to     date,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, committee_id) REFERENCES committees (county_code, id),
    FOREIGN KEY (county_code, compound_id) REFERENCES compounds (county_code, id)
);
CREATE INDEX service_areas_by_area ON service_areas (county_code, area_code);
CREATE INDEX service_areas_by_compound ON service_areas (county_code, compound_id);
CREATE INDEX service_areas_by_committee ON service_areas (county_code, committee_id);

-- What changed in committees and their people; the bureau tells the basic court (O7).
CREATE TABLE court_notices (
    county_code text NOT NULL,
    id          text NOT NULL,
    court       text NOT NULL,
    noticed_on  date NOT NULL,
    made_by     text,
    PRIMARY KEY (county_code, id)
);

CREATE TABLE committee_changes (
    county_code  text NOT NULL,
    id           text NOT NULL,
    committee_id text NOT NULL,
    kind         text NOT NULL,
    happened_on  date NOT NULL,
    person_name  text NOT NULL,
    detail       text NOT NULL,
    made_by      text,
    notice_id    text,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, committee_id) REFERENCES committees (county_code, id),
    FOREIGN KEY (county_code, notice_id) REFERENCES court_notices (county_code, id)
);
CREATE INDEX committee_changes_untold ON committee_changes (county_code) WHERE notice_id IS NULL;
