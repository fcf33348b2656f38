-- +goose Up

-- Whom a provider of single sign-on knows as this account: a keyed digest of the provider and of its name for the person.
ALTER TABLE accounts ADD COLUMN single_key text;
