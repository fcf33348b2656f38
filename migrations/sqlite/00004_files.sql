-- +goose Up

-- What was attached. The bytes lie in the data folder under their hash; their name may be personal and is sealed.
CREATE TABLE documents (
    county_code text NOT NULL,
    id          text NOT NULL,
    sha256      text NOT NULL,
    size        integer NOT NULL,
    media_type  text NOT NULL,
    name_sealed blob NOT NULL,
    width       integer NOT NULL,
    height      integer NOT NULL,
    made_by     text,
    made_at     datetime NOT NULL,
    PRIMARY KEY (county_code, id)
);
CREATE INDEX documents_by_hash ON documents (sha256);
