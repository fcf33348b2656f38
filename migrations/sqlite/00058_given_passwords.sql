-- +goose Up

-- When the password that somebody else chose was given: for how long it opens the door is counted from there, whatever else happens to
-- the account meanwhile. Empty where the owner chose it.
ALTER TABLE accounts ADD COLUMN given_at datetime;
UPDATE accounts SET given_at = changed_at WHERE must_change;
