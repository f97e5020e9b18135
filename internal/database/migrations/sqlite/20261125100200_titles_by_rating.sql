-- +goose Up
-- create index "title_score_id" to table: "titles"
CREATE INDEX `title_score_id` ON `titles` (`score`, `id`);
