-- +goose Up

-- Only ever added to, as the other logs are: who looked up a number of a person.
-- +goose StatementBegin
CREATE TRIGGER number_look_ups_no_update BEFORE UPDATE ON number_look_ups
BEGIN
    SELECT RAISE(ABORT, 'number_look_ups is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER number_look_ups_no_delete BEFORE DELETE ON number_look_ups
BEGIN
    SELECT RAISE(ABORT, 'number_look_ups is append-only');
END;
-- +goose StatementEnd
