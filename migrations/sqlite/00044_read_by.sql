-- +goose Up

-- Who read a message for a party: its agent or guardian, by the row in case_helpers. NULL: the party itself.
ALTER TABLE party_messages ADD COLUMN read_by text;
