-- +goose Up
-- add column "poster" to table: "titles"
ALTER TABLE `titles` ADD COLUMN `poster` text NULL;
-- add column "backdrop" to table: "titles"
ALTER TABLE `titles` ADD COLUMN `backdrop` text NULL;
