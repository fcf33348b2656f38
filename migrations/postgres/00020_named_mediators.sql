-- +goose Up

-- Whom a party would like to mediate.
ALTER TABLE case_parties ADD COLUMN named_mediator_id uuid;
