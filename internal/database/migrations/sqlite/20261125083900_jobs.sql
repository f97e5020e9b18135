-- +goose Up
-- create "jobs" table
CREATE TABLE `jobs` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `created_at` datetime NOT NULL, `kind` text NOT NULL, `label` text NOT NULL, `state` text NOT NULL DEFAULT ('RUNNING'), `done` integer NOT NULL DEFAULT (0), `total` integer NOT NULL DEFAULT (0), `report` json NULL, `error` text NULL, `cancel` bool NOT NULL DEFAULT (false), `beat_at` datetime NOT NULL, `finished_at` datetime NULL, `user_id` integer NULL, CONSTRAINT `jobs_users_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE SET NULL);
-- create index "job_user_id" to table: "jobs"
CREATE INDEX `job_user_id` ON `jobs` (`user_id`);
-- create index "job_state_beat_at" to table: "jobs"
CREATE INDEX `job_state_beat_at` ON `jobs` (`state`, `beat_at`);
