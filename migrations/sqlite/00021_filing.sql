-- +goose Up

-- The poster of a compound, or of a village or community: its code leads whoever scans it to a filing at that place. The
-- code stands in the directory too (kind poster), where it is unique everywhere.
CREATE TABLE place_posters (
    county_code text NOT NULL,
    id          text NOT NULL,
    area_code   text NOT NULL,
    compound_id text, -- NULL on the poster of the village itself
    code        text NOT NULL,
    made_at     datetime NOT NULL,
    made_by     text,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, compound_id) REFERENCES compounds (county_code, id)
);
CREATE UNIQUE INDEX place_posters_of_area ON place_posters (county_code, area_code) WHERE compound_id IS NULL;
CREATE UNIQUE INDEX place_posters_of_compound ON place_posters (county_code, compound_id) WHERE compound_id IS NOT NULL;

-- Photos and papers put aside with a draft. With the filing they become the case's, under documents of its own county;
-- with the draft they go.
CREATE TABLE filing_draft_files (
    county_code text NOT NULL,
    id          text NOT NULL,
    draft_id    text NOT NULL,
    document_id text NOT NULL,
    added_at    datetime NOT NULL,
    PRIMARY KEY (county_code, id),
    FOREIGN KEY (county_code, draft_id) REFERENCES filing_drafts (county_code, id),
    FOREIGN KEY (county_code, document_id) REFERENCES documents (county_code, id)
);
CREATE INDEX filing_draft_files_by_draft ON filing_draft_files (county_code, draft_id);

-- The same telephone in another case of the county: possibly the same matter.
CREATE INDEX case_parties_by_phone ON case_parties (county_code, phone_index) WHERE phone_index <> '';
