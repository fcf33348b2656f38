-- +goose Up

-- A post that somebody holds for another who is away: the post that it stands for.
ALTER TABLE posts ADD COLUMN deputy_for uuid;
CREATE INDEX posts_by_deputised ON posts (county_code, deputy_for);
-- What ends soon, and who holds what in a county.
CREATE INDEX posts_by_until ON posts (county_code, until_day);

-- Which post was given or ended.
ALTER TABLE account_events ADD COLUMN post_id uuid;
