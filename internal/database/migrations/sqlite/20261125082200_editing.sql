-- +goose Up
-- create "new_characters" table
CREATE TABLE `new_characters` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `source` text NULL, `external_id` text NULL, `version` integer NOT NULL DEFAULT (1), `edited` json NULL, `name` text NOT NULL, `sort_key` text NOT NULL, `title_id` integer NOT NULL, CONSTRAINT `characters_titles_characters` FOREIGN KEY (`title_id`) REFERENCES `titles` (`id`) ON DELETE CASCADE);
-- copy rows from old table "characters" to new temporary table "new_characters"
INSERT INTO `new_characters` (`id`, `name`, `sort_key`, `title_id`) SELECT `id`, `name`, `sort_key`, `title_id` FROM `characters`;
-- drop "characters" table after copying rows
DROP TABLE `characters`;
-- rename temporary table "new_characters" to "characters"
ALTER TABLE `new_characters` RENAME TO `characters`;
-- create index "character_source_external_id" to table: "characters"
CREATE UNIQUE INDEX `character_source_external_id` ON `characters` (`source`, `external_id`);
-- create index "character_title_id" to table: "characters"
CREATE INDEX `character_title_id` ON `characters` (`title_id`);
-- create index "character_sort_key_id" to table: "characters"
CREATE INDEX `character_sort_key_id` ON `characters` (`sort_key`, `id`);
-- create "new_credits" table
CREATE TABLE `new_credits` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `source` text NULL, `external_id` text NULL, `role` text NOT NULL, `billing` integer NOT NULL DEFAULT (0), `job` text NULL, `character_id` integer NULL, `episode_id` integer NULL, `person_id` integer NOT NULL, `title_id` integer NOT NULL, CONSTRAINT `credits_characters_credits` FOREIGN KEY (`character_id`) REFERENCES `characters` (`id`) ON DELETE SET NULL, CONSTRAINT `credits_episodes_credits` FOREIGN KEY (`episode_id`) REFERENCES `episodes` (`id`) ON DELETE CASCADE, CONSTRAINT `credits_persons_credits` FOREIGN KEY (`person_id`) REFERENCES `persons` (`id`) ON DELETE CASCADE, CONSTRAINT `credits_titles_credits` FOREIGN KEY (`title_id`) REFERENCES `titles` (`id`) ON DELETE CASCADE);
-- copy rows from old table "credits" to new temporary table "new_credits"
INSERT INTO `new_credits` (`id`, `role`, `billing`, `job`, `character_id`, `episode_id`, `person_id`, `title_id`) SELECT `id`, `role`, `billing`, `job`, `character_id`, `episode_id`, `person_id`, `title_id` FROM `credits`;
-- drop "credits" table after copying rows
DROP TABLE `credits`;
-- rename temporary table "new_credits" to "credits"
ALTER TABLE `new_credits` RENAME TO `credits`;
-- create index "credit_source_external_id" to table: "credits"
CREATE UNIQUE INDEX `credit_source_external_id` ON `credits` (`source`, `external_id`);
-- create index "credit_title_id_billing_id" to table: "credits"
CREATE INDEX `credit_title_id_billing_id` ON `credits` (`title_id`, `billing`, `id`);
-- create index "credit_episode_id_billing_id" to table: "credits"
CREATE INDEX `credit_episode_id_billing_id` ON `credits` (`episode_id`, `billing`, `id`);
-- create index "credit_person_id_id" to table: "credits"
CREATE INDEX `credit_person_id_id` ON `credits` (`person_id`, `id`);
-- create index "credit_character_id_id" to table: "credits"
CREATE INDEX `credit_character_id_id` ON `credits` (`character_id`, `id`);
-- create "new_episodes" table
CREATE TABLE `new_episodes` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `source` text NULL, `external_id` text NULL, `version` integer NOT NULL DEFAULT (1), `edited` json NULL, `number` integer NULL, `ordinal` integer NOT NULL, `name` text NOT NULL, `synopsis` text NULL, `texts` json NULL, `aired_on` datetime NULL, `runtime_seconds` integer NULL, `season_id` integer NOT NULL, `series_id` integer NOT NULL, CONSTRAINT `episodes_seasons_episodes` FOREIGN KEY (`season_id`) REFERENCES `seasons` (`id`) ON DELETE CASCADE, CONSTRAINT `episodes_series_episodes` FOREIGN KEY (`series_id`) REFERENCES `series` (`id`) ON DELETE CASCADE);
-- copy rows from old table "episodes" to new temporary table "new_episodes"
INSERT INTO `new_episodes` (`id`, `number`, `ordinal`, `name`, `synopsis`, `texts`, `aired_on`, `runtime_seconds`, `season_id`, `series_id`) SELECT `id`, `number`, `ordinal`, `name`, `synopsis`, `texts`, `aired_on`, `runtime_seconds`, `season_id`, `series_id` FROM `episodes`;
-- drop "episodes" table after copying rows
DROP TABLE `episodes`;
-- rename temporary table "new_episodes" to "episodes"
ALTER TABLE `new_episodes` RENAME TO `episodes`;
-- create index "episode_source_external_id" to table: "episodes"
CREATE UNIQUE INDEX `episode_source_external_id` ON `episodes` (`source`, `external_id`);
-- create index "episode_season_id_number" to table: "episodes"
CREATE INDEX `episode_season_id_number` ON `episodes` (`season_id`, `number`);
-- create index "episode_series_id_ordinal_id" to table: "episodes"
CREATE INDEX `episode_series_id_ordinal_id` ON `episodes` (`series_id`, `ordinal`, `id`);
-- create index "episode_season_id_ordinal_id" to table: "episodes"
CREATE INDEX `episode_season_id_ordinal_id` ON `episodes` (`season_id`, `ordinal`, `id`);
-- create "new_genres" table
CREATE TABLE `new_genres` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `source` text NULL, `external_id` text NULL, `version` integer NOT NULL DEFAULT (1), `edited` json NULL, `slug` text NOT NULL, `names` json NOT NULL, `position` integer NOT NULL DEFAULT (0));
-- copy rows from old table "genres" to new temporary table "new_genres"
INSERT INTO `new_genres` (`id`, `slug`, `names`, `position`) SELECT `id`, `slug`, `names`, `position` FROM `genres`;
-- drop "genres" table after copying rows
DROP TABLE `genres`;
-- rename temporary table "new_genres" to "genres"
ALTER TABLE `new_genres` RENAME TO `genres`;
-- create index "genres_slug_key" to table: "genres"
CREATE UNIQUE INDEX `genres_slug_key` ON `genres` (`slug`);
-- create index "genre_source_external_id" to table: "genres"
CREATE UNIQUE INDEX `genre_source_external_id` ON `genres` (`source`, `external_id`);
-- create "new_persons" table
CREATE TABLE `new_persons` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `source` text NULL, `external_id` text NULL, `version` integer NOT NULL DEFAULT (1), `edited` json NULL, `name` text NOT NULL, `sort_key` text NOT NULL, `birth_year` integer NULL, `death_year` integer NULL);
-- copy rows from old table "persons" to new temporary table "new_persons"
INSERT INTO `new_persons` (`id`, `name`, `sort_key`) SELECT `id`, `name`, `sort_key` FROM `persons`;
-- drop "persons" table after copying rows
DROP TABLE `persons`;
-- rename temporary table "new_persons" to "persons"
ALTER TABLE `new_persons` RENAME TO `persons`;
-- create index "person_source_external_id" to table: "persons"
CREATE UNIQUE INDEX `person_source_external_id` ON `persons` (`source`, `external_id`);
-- create index "person_sort_key_id" to table: "persons"
CREATE INDEX `person_sort_key_id` ON `persons` (`sort_key`, `id`);
-- create "new_seasons" table
CREATE TABLE `new_seasons` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `source` text NULL, `external_id` text NULL, `version` integer NOT NULL DEFAULT (1), `edited` json NULL, `number` integer NULL, `name` text NULL, `series_id` integer NOT NULL, CONSTRAINT `seasons_series_seasons` FOREIGN KEY (`series_id`) REFERENCES `series` (`id`) ON DELETE CASCADE);
-- copy rows from old table "seasons" to new temporary table "new_seasons"
INSERT INTO `new_seasons` (`id`, `number`, `name`, `series_id`) SELECT `id`, `number`, `name`, `series_id` FROM `seasons`;
-- drop "seasons" table after copying rows
DROP TABLE `seasons`;
-- rename temporary table "new_seasons" to "seasons"
ALTER TABLE `new_seasons` RENAME TO `seasons`;
-- create index "season_source_external_id" to table: "seasons"
CREATE UNIQUE INDEX `season_source_external_id` ON `seasons` (`source`, `external_id`);
-- create index "season_series_id_number" to table: "seasons"
CREATE UNIQUE INDEX `season_series_id_number` ON `seasons` (`series_id`, `number`);
-- add column "edited" to table: "titles"
ALTER TABLE `titles` ADD COLUMN `edited` json NULL;
-- create "audit_entries" table
CREATE TABLE `audit_entries` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `created_at` datetime NOT NULL, `action` text NOT NULL, `kind` text NOT NULL, `node` text NOT NULL, `label` text NOT NULL, `before` json NULL, `after` json NULL, `user_id` integer NULL, CONSTRAINT `audit_entries_users_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE SET NULL);
-- create index "auditentry_node_id" to table: "audit_entries"
CREATE INDEX `auditentry_node_id` ON `audit_entries` (`node`, `id`);
-- create index "auditentry_user_id_id" to table: "audit_entries"
CREATE INDEX `auditentry_user_id_id` ON `audit_entries` (`user_id`, `id`);
-- create "edit_requests" table
CREATE TABLE `edit_requests` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `created_at` datetime NOT NULL, `key` text NOT NULL, `fingerprint` blob NOT NULL, `node` text NOT NULL, `user_id` integer NOT NULL, CONSTRAINT `edit_requests_users_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE);
-- create index "editrequest_user_id_key" to table: "edit_requests"
CREATE UNIQUE INDEX `editrequest_user_id_key` ON `edit_requests` (`user_id`, `key`);
-- create index "editrequest_created_at" to table: "edit_requests"
CREATE INDEX `editrequest_created_at` ON `edit_requests` (`created_at`);
