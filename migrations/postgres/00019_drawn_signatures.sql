-- +goose Up

-- The strokes of a signature that a party drew, sealed.
ALTER TABLE signatures ADD COLUMN drawing_sealed bytea;
