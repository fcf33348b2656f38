-- +goose Up

-- Only ever added to, as the other logs are: who cleared a filing that was held, who opened a dossier to review it, who took a list of
-- payments out, and what an operator accepted of seals.
-- +goose StatementBegin
CREATE TRIGGER held_events_no_update BEFORE UPDATE ON held_events
BEGIN
    SELECT RAISE(ABORT, 'held_events is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER held_events_no_delete BEFORE DELETE ON held_events
BEGIN
    SELECT RAISE(ABORT, 'held_events is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER review_openings_no_update BEFORE UPDATE ON review_openings
BEGIN
    SELECT RAISE(ABORT, 'review_openings is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER review_openings_no_delete BEFORE DELETE ON review_openings
BEGIN
    SELECT RAISE(ABORT, 'review_openings is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER subsidy_exports_no_update BEFORE UPDATE ON subsidy_exports
BEGIN
    SELECT RAISE(ABORT, 'subsidy_exports is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER subsidy_exports_no_delete BEFORE DELETE ON subsidy_exports
BEGIN
    SELECT RAISE(ABORT, 'subsidy_exports is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER seal_acceptances_no_update BEFORE UPDATE ON seal_acceptances
BEGIN
    SELECT RAISE(ABORT, 'seal_acceptances is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER seal_acceptances_no_delete BEFORE DELETE ON seal_acceptances
BEGIN
    SELECT RAISE(ABORT, 'seal_acceptances is append-only');
END;
-- +goose StatementEnd
