-- +goose Up

-- What mediators were taught (O11). A course lies in the county whose mediators it was entered for; area_code is the place
-- of the office that entered it.
CREATE TABLE training_courses (
    county_code text NOT NULL,
    id          uuid NOT NULL,
    version     bigint NOT NULL,
    area_code   text NOT NULL,
    title       text NOT NULL,
    organiser   text NOT NULL,
    kind        text NOT NULL,
    from_on     date NOT NULL,
    to_on       date NOT NULL, -- the last day, by which it counts
    class_hours integer NOT NULL,
    form        text NOT NULL,
    exam        boolean NOT NULL,
    certificate boolean NOT NULL,
    trainer     text NOT NULL,
    place       text NOT NULL,
    entered_by  uuid NOT NULL,
    PRIMARY KEY (county_code, id)
);
CREATE INDEX training_courses_by_day ON training_courses (county_code, to_on, id);

-- Who attended. area_code is the committee's on the day it was entered. A row that was a mistake is struck out and kept.
CREATE TABLE training_attendances (
    county_code    text NOT NULL,
    id             uuid NOT NULL,
    course_id      uuid NOT NULL,
    mediator_id    uuid NOT NULL,
    person_id      uuid NOT NULL,
    committee_id   uuid NOT NULL,
    area_code      text NOT NULL,
    to_on          date NOT NULL, -- the course's last day
    class_hours    integer NOT NULL,
    result         text NOT NULL,
    certificate_no text NOT NULL,
    entered_by     uuid NOT NULL,
    struck_on      date,
    struck_reason  text NOT NULL,
    struck_by      uuid,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, course_id) REFERENCES training_courses (county_code, id),
    FOREIGN KEY (county_code, mediator_id) REFERENCES mediators (county_code, id)
);
CREATE UNIQUE INDEX training_attendances_once ON training_attendances (county_code, course_id, person_id) WHERE struck_on IS NULL;
CREATE INDEX training_attendances_by_person ON training_attendances (county_code, person_id, to_on);
CREATE INDEX training_attendances_by_day ON training_attendances (county_code, to_on);

-- What a grade asks for in an area, from a day on: the narrowest area around a place decides. For a share that is not asked
-- for, NULL.
CREATE TABLE grade_criteria (
    area_code       text NOT NULL,
    grade           text NOT NULL,
    valid_from      date NOT NULL,
    years           integer NOT NULL,
    disputes        integer NOT NULL,
    oral_most       integer, -- per cent of the disputes
    success_least   integer, -- per cent of the disputes
    no_misconduct   boolean NOT NULL,
    no_crime        boolean NOT NULL,
    training        boolean NOT NULL,
    basis           text NOT NULL,
    made_at         timestamptz NOT NULL,
    made_by         uuid,
    PRIMARY KEY (area_code, grade, valid_from)
);

-- The grades that were given.
CREATE TABLE mediator_grades (
    county_code  text NOT NULL,
    id           uuid NOT NULL,
    version      bigint NOT NULL,
    mediator_id  uuid NOT NULL,
    person_id    uuid NOT NULL,
    committee_id uuid NOT NULL,
    area_code    text NOT NULL,
    grade        text NOT NULL,
    level        text NOT NULL,
    alias        text NOT NULL,
    granted_on   date NOT NULL,
    valid_to     date NOT NULL, -- the last day
    panel        text NOT NULL,
    document_no  text NOT NULL,
    published    text NOT NULL, -- where; '' while it is not
    found        text NOT NULL, -- what was found then, as JSON
    exception    text NOT NULL, -- why it was given although something was missing
    entered_by   uuid NOT NULL,
    ended_on     date,          -- the first day on which it no longer holds, where it was taken back
    ended_reason text NOT NULL,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, mediator_id) REFERENCES mediators (county_code, id)
);
CREATE INDEX mediator_grades_by_person ON mediator_grades (county_code, person_id, granted_on);
