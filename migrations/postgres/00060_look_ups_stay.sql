-- +goose Up

-- Only ever added to, as the other logs are: who looked up a number of a person.
REVOKE UPDATE, DELETE, TRUNCATE ON number_look_ups FROM CURRENT_USER;
