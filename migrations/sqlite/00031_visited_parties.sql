-- +goose Up

-- Whom a visit was made to, F12: ids of parties, JSON; none where nobody said.
ALTER TABLE follow_ups ADD COLUMN party_ids text NOT NULL DEFAULT '[]';
