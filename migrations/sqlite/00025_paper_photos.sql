-- +goose Up

-- Which paper of the dossier a file is: a signed form that was photographed back, or a proof with a place of its own.
ALTER TABLE case_attachments ADD COLUMN paper text NOT NULL DEFAULT '';
