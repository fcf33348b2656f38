-- +goose Up

-- Only ever added to, as the other logs are: who cleared a filing that was held, who opened a dossier to review it, who took a list of
-- payments out, and what an operator accepted of seals.
REVOKE UPDATE, DELETE, TRUNCATE ON held_events FROM CURRENT_USER;
REVOKE UPDATE, DELETE, TRUNCATE ON review_openings FROM CURRENT_USER;
REVOKE UPDATE, DELETE, TRUNCATE ON subsidy_exports FROM CURRENT_USER;
REVOKE UPDATE, DELETE, TRUNCATE ON seal_acceptances FROM CURRENT_USER;
