-- +goose Up

-- The agreement that was in force already when a party was added, after the case had been taken up again: the party is none of its
-- parties. NULL for all others, and for those who were added before this was kept.
ALTER TABLE case_parties ADD COLUMN joined_after uuid;
