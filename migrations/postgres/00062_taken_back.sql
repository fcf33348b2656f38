-- +goose Up

-- A letter was taken back. Its row was deleted before, and with it that the party was told, where the letter was under way and arrived.
-- Now it stays, and is shown only where sent_at says that it did.
ALTER TABLE party_messages ADD COLUMN taken_back_at timestamptz;
