-- +goose Up
-- create "new_profiles" table
CREATE TABLE `new_profiles` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `created_at` datetime NOT NULL, `name` text NOT NULL, `avatar` text NOT NULL DEFAULT ('green'), `child` bool NOT NULL DEFAULT (false), `maturity` integer NOT NULL DEFAULT (18), `language` text NOT NULL DEFAULT ('en'), `preferences` json NOT NULL DEFAULT '{"autoplay": true}', `pin_hash` text NULL, `pin_failures` integer NOT NULL DEFAULT (0), `pin_locked_until` datetime NULL, `user_id` integer NOT NULL, CONSTRAINT `profiles_users_profiles` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE);
-- copy rows from old table "profiles" to new temporary table "new_profiles"
INSERT INTO `new_profiles` (`id`, `created_at`, `name`, `avatar`, `child`, `maturity`, `language`, `user_id`) SELECT `id`, `created_at`, `name`, `avatar`, `child`, `maturity`, `language`, `user_id` FROM `profiles`;
-- drop "profiles" table after copying rows
DROP TABLE `profiles`;
-- rename temporary table "new_profiles" to "profiles"
ALTER TABLE `new_profiles` RENAME TO `profiles`;
-- create index "profile_user_id_id" to table: "profiles"
CREATE INDEX `profile_user_id_id` ON `profiles` (`user_id`, `id`);
-- create "new_sessions" table
CREATE TABLE `new_sessions` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `created_at` datetime NOT NULL, `token_hash` blob NOT NULL, `device` text NULL, `last_used_at` datetime NOT NULL DEFAULT (CURRENT_TIMESTAMP), `expires_at` datetime NOT NULL, `profile_id` integer NULL, `user_id` integer NOT NULL, CONSTRAINT `sessions_profiles_sessions` FOREIGN KEY (`profile_id`) REFERENCES `profiles` (`id`) ON DELETE SET NULL, CONSTRAINT `sessions_users_sessions` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE);
-- copy rows from old table "sessions" to new temporary table "new_sessions"
INSERT INTO `new_sessions` (`id`, `created_at`, `token_hash`, `device`, `expires_at`, `profile_id`, `user_id`) SELECT `id`, `created_at`, `token_hash`, `device`, `expires_at`, `profile_id`, `user_id` FROM `sessions`;
-- drop "sessions" table after copying rows
DROP TABLE `sessions`;
-- rename temporary table "new_sessions" to "sessions"
ALTER TABLE `new_sessions` RENAME TO `sessions`;
-- create index "sessions_token_hash_key" to table: "sessions"
CREATE UNIQUE INDEX `sessions_token_hash_key` ON `sessions` (`token_hash`);
-- create index "session_user_id" to table: "sessions"
CREATE INDEX `session_user_id` ON `sessions` (`user_id`);
-- create index "session_profile_id" to table: "sessions"
CREATE INDEX `session_profile_id` ON `sessions` (`profile_id`);
-- create index "session_expires_at" to table: "sessions"
CREATE INDEX `session_expires_at` ON `sessions` (`expires_at`);
-- create "new_users" table
CREATE TABLE `new_users` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `created_at` datetime NOT NULL, `email` text NOT NULL, `name` text NOT NULL, `password_hash` text NOT NULL, `role` text NOT NULL DEFAULT ('VIEWER'), `disabled` bool NOT NULL DEFAULT (false), `name_key` text NOT NULL DEFAULT (''));
-- copy rows from old table "users" to new temporary table "new_users"
INSERT INTO `new_users` (`id`, `created_at`, `email`, `name`, `password_hash`, `role`) SELECT `id`, `created_at`, `email`, `name`, `password_hash`, `role` FROM `users`;
-- drop "users" table after copying rows
DROP TABLE `users`;
-- rename temporary table "new_users" to "users"
ALTER TABLE `new_users` RENAME TO `users`;
-- create index "users_email_key" to table: "users"
CREATE UNIQUE INDEX `users_email_key` ON `users` (`email`);
-- create "password_resets" table
CREATE TABLE `password_resets` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `token_hash` blob NOT NULL, `expires_at` datetime NOT NULL, `user_id` integer NOT NULL, CONSTRAINT `password_resets_users_password_reset` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE);
-- create index "password_resets_token_hash_key" to table: "password_resets"
CREATE UNIQUE INDEX `password_resets_token_hash_key` ON `password_resets` (`token_hash`);
-- create index "password_resets_user_id_key" to table: "password_resets"
CREATE UNIQUE INDEX `password_resets_user_id_key` ON `password_resets` (`user_id`);
-- the names so far: what later versions write themselves
UPDATE users SET name_key = ' ' || lower(name);
