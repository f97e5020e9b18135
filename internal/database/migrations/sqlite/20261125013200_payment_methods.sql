-- +goose Up
-- create "payment_events" table
CREATE TABLE `payment_events` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `created_at` datetime NOT NULL, `provider` text NOT NULL, `event` text NOT NULL);
-- create index "paymentevent_provider_event" to table: "payment_events"
CREATE UNIQUE INDEX `paymentevent_provider_event` ON `payment_events` (`provider`, `event`);
-- create index "paymentevent_created_at" to table: "payment_events"
CREATE INDEX `paymentevent_created_at` ON `payment_events` (`created_at`);
-- create "payment_methods" table
CREATE TABLE `payment_methods` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `created_at` datetime NOT NULL, `brand` text NOT NULL, `last_four` text NOT NULL, `expiry_month` integer NOT NULL, `expiry_year` integer NOT NULL, `holder` text NOT NULL, `is_default` bool NOT NULL DEFAULT (false), `synced_at` datetime NULL, `user_id` integer NOT NULL, `reference_id` integer NOT NULL, CONSTRAINT `payment_methods_users_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE, CONSTRAINT `payment_methods_payment_references_reference` FOREIGN KEY (`reference_id`) REFERENCES `payment_references` (`id`) ON DELETE CASCADE);
-- create index "paymentmethod_user_id_id" to table: "payment_methods"
CREATE INDEX `paymentmethod_user_id_id` ON `payment_methods` (`user_id`, `id`);
-- create index "default_payment_method" to table: "payment_methods"
CREATE UNIQUE INDEX `default_payment_method` ON `payment_methods` (`user_id`) WHERE is_default;
-- create index "paymentmethod_reference_id" to table: "payment_methods"
CREATE UNIQUE INDEX `paymentmethod_reference_id` ON `payment_methods` (`reference_id`);
-- create "payment_references" table
CREATE TABLE `payment_references` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `created_at` datetime NOT NULL, `provider` text NOT NULL, `customer` bool NOT NULL DEFAULT (false), `value` text NOT NULL, `attempts` integer NOT NULL DEFAULT (0), `due_at` datetime NOT NULL, `user_id` integer NULL, CONSTRAINT `payment_references_users_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE SET NULL);
-- create index "paymentreference_provider_value" to table: "payment_references"
CREATE UNIQUE INDEX `paymentreference_provider_value` ON `payment_references` (`provider`, `value`);
-- create index "payment_customer" to table: "payment_references"
CREATE UNIQUE INDEX `payment_customer` ON `payment_references` (`user_id`, `provider`) WHERE customer;
-- create index "paymentreference_user_id" to table: "payment_references"
CREATE INDEX `paymentreference_user_id` ON `payment_references` (`user_id`);
-- create index "payment_reference_to_forget" to table: "payment_references"
CREATE INDEX `payment_reference_to_forget` ON `payment_references` (`due_at`) WHERE user_id IS NULL;
-- create "payment_requests" table
CREATE TABLE `payment_requests` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `created_at` datetime NOT NULL, `key` text NOT NULL, `fingerprint` blob NOT NULL, `done` bool NOT NULL DEFAULT (false), `user_id` integer NOT NULL, `method_id` integer NULL, CONSTRAINT `payment_requests_users_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE, CONSTRAINT `payment_requests_payment_methods_method` FOREIGN KEY (`method_id`) REFERENCES `payment_methods` (`id`) ON DELETE SET NULL);
-- create index "paymentrequest_user_id_key" to table: "payment_requests"
CREATE UNIQUE INDEX `paymentrequest_user_id_key` ON `payment_requests` (`user_id`, `key`);
-- create index "paymentrequest_method_id" to table: "payment_requests"
CREATE INDEX `paymentrequest_method_id` ON `payment_requests` (`method_id`);
-- create index "paymentrequest_created_at" to table: "payment_requests"
CREATE INDEX `paymentrequest_created_at` ON `payment_requests` (`created_at`);
