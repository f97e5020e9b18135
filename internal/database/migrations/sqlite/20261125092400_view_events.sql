-- +goose Up
-- create "new_views" table
CREATE TABLE `new_views` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `position_seconds` integer NOT NULL DEFAULT (0), `started` bool NOT NULL DEFAULT (false), `finished` bool NOT NULL DEFAULT (false), `session` text NOT NULL DEFAULT (''), `started_at` datetime NOT NULL, `viewed_at` datetime NOT NULL, `profile_id` integer NOT NULL, `video_id` integer NOT NULL, `title_id` integer NOT NULL, CONSTRAINT `views_profiles_views` FOREIGN KEY (`profile_id`) REFERENCES `profiles` (`id`) ON DELETE CASCADE, CONSTRAINT `views_videos_views` FOREIGN KEY (`video_id`) REFERENCES `videos` (`id`) ON DELETE CASCADE, CONSTRAINT `views_titles_title` FOREIGN KEY (`title_id`) REFERENCES `titles` (`id`) ON DELETE CASCADE);
-- copy rows from old table "views" to new temporary table "new_views"
INSERT INTO `new_views` (`id`, `position_seconds`, `finished`, `started_at`, `viewed_at`, `profile_id`, `video_id`, `title_id`) SELECT `id`, `position_seconds`, `finished`, `started_at`, `viewed_at`, `profile_id`, `video_id`, `title_id` FROM `views`;
-- drop "views" table after copying rows
DROP TABLE `views`;
-- rename temporary table "new_views" to "views"
ALTER TABLE `new_views` RENAME TO `views`;
-- create index "view_profile_id_video_id" to table: "views"
CREATE UNIQUE INDEX `view_profile_id_video_id` ON `views` (`profile_id`, `video_id`);
-- create index "view_profile_id_viewed_at_id" to table: "views"
CREATE INDEX `view_profile_id_viewed_at_id` ON `views` (`profile_id`, `viewed_at`, `id`);
-- create index "view_profile_id_title_id_viewed_at" to table: "views"
CREATE INDEX `view_profile_id_title_id_viewed_at` ON `views` (`profile_id`, `title_id`, `viewed_at`);
-- create index "view_video_id" to table: "views"
CREATE INDEX `view_video_id` ON `views` (`video_id`);
-- create index "view_title_id" to table: "views"
CREATE INDEX `view_title_id` ON `views` (`title_id`);
-- whoever began to watch can go on
UPDATE `views` SET `started` = (position_seconds > 0 OR finished);
-- create "view_events" table
CREATE TABLE `view_events` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `event` text NOT NULL, `session` text NOT NULL, `kind` text NOT NULL, `position_seconds` integer NOT NULL, `at` datetime NOT NULL, `started` bool NOT NULL, `finished` bool NOT NULL, `seen` integer NOT NULL DEFAULT (1), `profile_id` integer NOT NULL, `video_id` integer NOT NULL, CONSTRAINT `view_events_profiles_profile` FOREIGN KEY (`profile_id`) REFERENCES `profiles` (`id`) ON DELETE CASCADE, CONSTRAINT `view_events_videos_video` FOREIGN KEY (`video_id`) REFERENCES `videos` (`id`) ON DELETE CASCADE);
-- create index "viewevent_profile_id_event" to table: "view_events"
CREATE UNIQUE INDEX `viewevent_profile_id_event` ON `view_events` (`profile_id`, `event`);
-- create index "viewevent_profile_id_video_id_session_at" to table: "view_events"
CREATE INDEX `viewevent_profile_id_video_id_session_at` ON `view_events` (`profile_id`, `video_id`, `session`, `at`);
-- create index "viewevent_video_id" to table: "view_events"
CREATE INDEX `viewevent_video_id` ON `view_events` (`video_id`);
