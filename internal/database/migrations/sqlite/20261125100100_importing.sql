-- +goose Up
-- create "new_payment_methods" table
CREATE TABLE `new_payment_methods` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `created_at` datetime NOT NULL, `brand` text NOT NULL, `last_four` text NOT NULL, `expiry_month` integer NOT NULL, `expiry_year` integer NOT NULL, `holder` text NOT NULL, `is_default` bool NOT NULL DEFAULT (false), `needs_reentry` bool NOT NULL DEFAULT (false), `synced_at` datetime NULL, `user_id` integer NOT NULL, `reference_id` integer NOT NULL, CONSTRAINT `payment_methods_users_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE, CONSTRAINT `payment_methods_payment_references_reference` FOREIGN KEY (`reference_id`) REFERENCES `payment_references` (`id`) ON DELETE CASCADE);
-- copy rows from old table "payment_methods" to new temporary table "new_payment_methods"
INSERT INTO `new_payment_methods` (`id`, `created_at`, `brand`, `last_four`, `expiry_month`, `expiry_year`, `holder`, `is_default`, `synced_at`, `user_id`, `reference_id`) SELECT `id`, `created_at`, `brand`, `last_four`, `expiry_month`, `expiry_year`, `holder`, `is_default`, `synced_at`, `user_id`, `reference_id` FROM `payment_methods`;
-- drop "payment_methods" table after copying rows
DROP TABLE `payment_methods`;
-- rename temporary table "new_payment_methods" to "payment_methods"
ALTER TABLE `new_payment_methods` RENAME TO `payment_methods`;
-- create index "paymentmethod_user_id_id" to table: "payment_methods"
CREATE INDEX `paymentmethod_user_id_id` ON `payment_methods` (`user_id`, `id`);
-- create index "default_payment_method" to table: "payment_methods"
CREATE UNIQUE INDEX `default_payment_method` ON `payment_methods` (`user_id`) WHERE is_default;
-- create index "paymentmethod_reference_id" to table: "payment_methods"
CREATE UNIQUE INDEX `paymentmethod_reference_id` ON `payment_methods` (`reference_id`);
-- create "new_users" table
CREATE TABLE `new_users` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `created_at` datetime NOT NULL, `email` text NOT NULL, `name` text NOT NULL, `password_hash` text NOT NULL, `role` text NOT NULL DEFAULT ('VIEWER'), `disabled` bool NOT NULL DEFAULT (false), `password_expired` bool NOT NULL DEFAULT (false), `name_key` text NOT NULL DEFAULT (''), `second_factor` blob NULL, `second_factor_at` datetime NULL, `second_factor_step` integer NOT NULL DEFAULT (0), `second_factor_failures` integer NOT NULL DEFAULT (0), `second_factor_locked_until` datetime NULL);
-- copy rows from old table "users" to new temporary table "new_users"
INSERT INTO `new_users` (`id`, `created_at`, `email`, `name`, `password_hash`, `role`, `disabled`, `name_key`, `second_factor`, `second_factor_at`, `second_factor_step`, `second_factor_failures`, `second_factor_locked_until`) SELECT `id`, `created_at`, `email`, `name`, `password_hash`, `role`, `disabled`, `name_key`, `second_factor`, `second_factor_at`, `second_factor_step`, `second_factor_failures`, `second_factor_locked_until` FROM `users`;
-- drop "users" table after copying rows
DROP TABLE `users`;
-- rename temporary table "new_users" to "users"
ALTER TABLE `new_users` RENAME TO `users`;
-- create index "users_email_key" to table: "users"
CREATE UNIQUE INDEX `users_email_key` ON `users` (`email`);
-- create "import_runs" table
CREATE TABLE `import_runs` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `source` text NOT NULL, `fingerprint` text NOT NULL, `stage` text NOT NULL, `position` integer NOT NULL DEFAULT (0), `counts` json NULL, `done` bool NOT NULL DEFAULT (false), `started_at` datetime NOT NULL);
-- create index "import_runs_source_key" to table: "import_runs"
CREATE UNIQUE INDEX `import_runs_source_key` ON `import_runs` (`source`);
