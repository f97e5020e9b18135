-- +goose Up
-- create "characters" table
CREATE TABLE `characters` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `name` text NOT NULL, `sort_key` text NOT NULL, `title_id` integer NOT NULL, CONSTRAINT `characters_titles_characters` FOREIGN KEY (`title_id`) REFERENCES `titles` (`id`) ON DELETE CASCADE);
-- create index "character_title_id" to table: "characters"
CREATE INDEX `character_title_id` ON `characters` (`title_id`);
-- create index "character_sort_key_id" to table: "characters"
CREATE INDEX `character_sort_key_id` ON `characters` (`sort_key`, `id`);
-- create "credits" table
CREATE TABLE `credits` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `role` text NOT NULL, `billing` integer NOT NULL DEFAULT (0), `job` text NULL, `character_id` integer NULL, `episode_id` integer NULL, `person_id` integer NOT NULL, `title_id` integer NOT NULL, CONSTRAINT `credits_characters_credits` FOREIGN KEY (`character_id`) REFERENCES `characters` (`id`) ON DELETE SET NULL, CONSTRAINT `credits_episodes_credits` FOREIGN KEY (`episode_id`) REFERENCES `episodes` (`id`) ON DELETE CASCADE, CONSTRAINT `credits_persons_credits` FOREIGN KEY (`person_id`) REFERENCES `persons` (`id`) ON DELETE CASCADE, CONSTRAINT `credits_titles_credits` FOREIGN KEY (`title_id`) REFERENCES `titles` (`id`) ON DELETE CASCADE);
-- create index "credit_title_id_billing_id" to table: "credits"
CREATE INDEX `credit_title_id_billing_id` ON `credits` (`title_id`, `billing`, `id`);
-- create index "credit_episode_id_billing_id" to table: "credits"
CREATE INDEX `credit_episode_id_billing_id` ON `credits` (`episode_id`, `billing`, `id`);
-- create index "credit_person_id_id" to table: "credits"
CREATE INDEX `credit_person_id_id` ON `credits` (`person_id`, `id`);
-- create index "credit_character_id_id" to table: "credits"
CREATE INDEX `credit_character_id_id` ON `credits` (`character_id`, `id`);
-- create "episodes" table
CREATE TABLE `episodes` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `number` integer NULL, `ordinal` integer NOT NULL, `name` text NOT NULL, `synopsis` text NULL, `texts` json NULL, `aired_on` datetime NULL, `runtime_seconds` integer NULL, `season_id` integer NOT NULL, `series_id` integer NOT NULL, CONSTRAINT `episodes_seasons_episodes` FOREIGN KEY (`season_id`) REFERENCES `seasons` (`id`) ON DELETE CASCADE, CONSTRAINT `episodes_series_episodes` FOREIGN KEY (`series_id`) REFERENCES `series` (`id`) ON DELETE CASCADE);
-- create index "episode_season_id_number" to table: "episodes"
CREATE UNIQUE INDEX `episode_season_id_number` ON `episodes` (`season_id`, `number`);
-- create index "episode_series_id_ordinal_id" to table: "episodes"
CREATE INDEX `episode_series_id_ordinal_id` ON `episodes` (`series_id`, `ordinal`, `id`);
-- create index "episode_season_id_ordinal_id" to table: "episodes"
CREATE INDEX `episode_season_id_ordinal_id` ON `episodes` (`season_id`, `ordinal`, `id`);
-- create "genres" table
CREATE TABLE `genres` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `slug` text NOT NULL, `names` json NOT NULL, `position` integer NOT NULL DEFAULT (0));
-- create index "genres_slug_key" to table: "genres"
CREATE UNIQUE INDEX `genres_slug_key` ON `genres` (`slug`);
-- create "list_items" table
CREATE TABLE `list_items` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `added_at` datetime NOT NULL, `title_id` integer NOT NULL, `profile_id` integer NOT NULL, CONSTRAINT `list_items_titles_title` FOREIGN KEY (`title_id`) REFERENCES `titles` (`id`) ON DELETE CASCADE, CONSTRAINT `list_items_profiles_list_items` FOREIGN KEY (`profile_id`) REFERENCES `profiles` (`id`) ON DELETE CASCADE);
-- create index "listitem_profile_id_title_id" to table: "list_items"
CREATE UNIQUE INDEX `listitem_profile_id_title_id` ON `list_items` (`profile_id`, `title_id`);
-- create index "listitem_profile_id_added_at_title_id" to table: "list_items"
CREATE INDEX `listitem_profile_id_added_at_title_id` ON `list_items` (`profile_id`, `added_at`, `title_id`);
-- create index "listitem_title_id" to table: "list_items"
CREATE INDEX `listitem_title_id` ON `list_items` (`title_id`);
-- create "movies" table
CREATE TABLE `movies` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `runtime_seconds` integer NULL, `title_id` integer NOT NULL, CONSTRAINT `movies_titles_movie` FOREIGN KEY (`title_id`) REFERENCES `titles` (`id`) ON DELETE CASCADE, CHECK (id = title_id));
-- create index "movies_title_id_key" to table: "movies"
CREATE UNIQUE INDEX `movies_title_id_key` ON `movies` (`title_id`);
-- create "persons" table
CREATE TABLE `persons` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `name` text NOT NULL, `sort_key` text NOT NULL);
-- create index "person_sort_key_id" to table: "persons"
CREATE INDEX `person_sort_key_id` ON `persons` (`sort_key`, `id`);
-- create "profiles" table
CREATE TABLE `profiles` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `created_at` datetime NOT NULL, `name` text NOT NULL, `avatar` text NOT NULL DEFAULT ('green'), `child` bool NOT NULL DEFAULT (false), `maturity` integer NOT NULL DEFAULT (18), `language` text NOT NULL DEFAULT ('en'), `user_id` integer NOT NULL, CONSTRAINT `profiles_users_profiles` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE);
-- create index "profile_user_id_id" to table: "profiles"
CREATE INDEX `profile_user_id_id` ON `profiles` (`user_id`, `id`);
-- create "ratings" table
CREATE TABLE `ratings` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `thumb` text NOT NULL, `rated_at` datetime NOT NULL, `profile_id` integer NOT NULL, `title_id` integer NOT NULL, CONSTRAINT `ratings_profiles_ratings` FOREIGN KEY (`profile_id`) REFERENCES `profiles` (`id`) ON DELETE CASCADE, CONSTRAINT `ratings_titles_title` FOREIGN KEY (`title_id`) REFERENCES `titles` (`id`) ON DELETE CASCADE);
-- create index "rating_profile_id_title_id" to table: "ratings"
CREATE UNIQUE INDEX `rating_profile_id_title_id` ON `ratings` (`profile_id`, `title_id`);
-- create index "rating_title_id" to table: "ratings"
CREATE INDEX `rating_title_id` ON `ratings` (`title_id`);
-- create "seasons" table
CREATE TABLE `seasons` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `number` integer NULL, `name` text NULL, `series_id` integer NOT NULL, CONSTRAINT `seasons_series_seasons` FOREIGN KEY (`series_id`) REFERENCES `series` (`id`) ON DELETE CASCADE);
-- create index "season_series_id_number" to table: "seasons"
CREATE UNIQUE INDEX `season_series_id_number` ON `seasons` (`series_id`, `number`);
-- create "series" table
CREATE TABLE `series` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `status` text NOT NULL DEFAULT ('RETURNING'), `title_id` integer NOT NULL, CONSTRAINT `series_titles_series` FOREIGN KEY (`title_id`) REFERENCES `titles` (`id`) ON DELETE CASCADE, CHECK (id = title_id));
-- create index "series_title_id_key" to table: "series"
CREATE UNIQUE INDEX `series_title_id_key` ON `series` (`title_id`);
-- create "sessions" table
CREATE TABLE `sessions` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `created_at` datetime NOT NULL, `token_hash` blob NOT NULL, `device` text NULL, `expires_at` datetime NOT NULL, `profile_id` integer NULL, `user_id` integer NOT NULL, CONSTRAINT `sessions_profiles_sessions` FOREIGN KEY (`profile_id`) REFERENCES `profiles` (`id`) ON DELETE SET NULL, CONSTRAINT `sessions_users_sessions` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE);
-- create index "sessions_token_hash_key" to table: "sessions"
CREATE UNIQUE INDEX `sessions_token_hash_key` ON `sessions` (`token_hash`);
-- create index "session_user_id" to table: "sessions"
CREATE INDEX `session_user_id` ON `sessions` (`user_id`);
-- create index "session_profile_id" to table: "sessions"
CREATE INDEX `session_profile_id` ON `sessions` (`profile_id`);
-- create index "session_expires_at" to table: "sessions"
CREATE INDEX `session_expires_at` ON `sessions` (`expires_at`);
-- create "similarities" table
CREATE TABLE `similarities` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `score` integer NOT NULL, `title_id` integer NOT NULL, `similar_id` integer NOT NULL, CONSTRAINT `similarities_titles_title` FOREIGN KEY (`title_id`) REFERENCES `titles` (`id`) ON DELETE CASCADE, CONSTRAINT `similarities_titles_similar` FOREIGN KEY (`similar_id`) REFERENCES `titles` (`id`) ON DELETE CASCADE);
-- create index "similarity_title_id_similar_id" to table: "similarities"
CREATE UNIQUE INDEX `similarity_title_id_similar_id` ON `similarities` (`title_id`, `similar_id`);
-- create index "similarity_title_id_score_similar_id" to table: "similarities"
CREATE INDEX `similarity_title_id_score_similar_id` ON `similarities` (`title_id`, `score`, `similar_id`);
-- create index "similarity_similar_id" to table: "similarities"
CREATE INDEX `similarity_similar_id` ON `similarities` (`similar_id`);
-- create "titles" table
CREATE TABLE `titles` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `created_at` datetime NOT NULL, `kind` text NOT NULL, `slug` text NOT NULL, `name` text NOT NULL, `original_name` text NULL, `synopsis` text NULL, `texts` json NULL, `sort_key` text NOT NULL, `sort_key_es` text NOT NULL, `year` integer NOT NULL DEFAULT (0), `released_on` datetime NULL, `maturity` integer NOT NULL DEFAULT (0), `language` text NULL, `added_at` datetime NOT NULL, `available_from` datetime NULL, `available_until` datetime NULL, `popularity` integer NOT NULL DEFAULT (0), `score` integer NOT NULL DEFAULT (0), `scene` text NULL, `color` text NOT NULL DEFAULT ('#1f2937'), `source` text NULL, `external_id` text NULL, `version` integer NOT NULL DEFAULT (1));
-- create index "titles_slug_key" to table: "titles"
CREATE UNIQUE INDEX `titles_slug_key` ON `titles` (`slug`);
-- create index "title_source_external_id" to table: "titles"
CREATE UNIQUE INDEX `title_source_external_id` ON `titles` (`source`, `external_id`);
-- create index "title_sort_key_id" to table: "titles"
CREATE INDEX `title_sort_key_id` ON `titles` (`sort_key`, `id`);
-- create index "title_sort_key_es_id" to table: "titles"
CREATE INDEX `title_sort_key_es_id` ON `titles` (`sort_key_es`, `id`);
-- create index "title_year_id" to table: "titles"
CREATE INDEX `title_year_id` ON `titles` (`year`, `id`);
-- create index "title_added_at_id" to table: "titles"
CREATE INDEX `title_added_at_id` ON `titles` (`added_at`, `id`);
-- create index "title_popularity_id" to table: "titles"
CREATE INDEX `title_popularity_id` ON `titles` (`popularity`, `id`);
-- create index "title_score_popularity_id" to table: "titles"
CREATE INDEX `title_score_popularity_id` ON `titles` (`score`, `popularity`, `id`);
-- create "title_genres" table
CREATE TABLE `title_genres` (`position` integer NOT NULL DEFAULT (0), `popularity` integer NOT NULL DEFAULT (0), `title_id` integer NOT NULL, `genre_id` integer NOT NULL, PRIMARY KEY (`title_id`, `genre_id`), CONSTRAINT `title_genres_titles_title` FOREIGN KEY (`title_id`) REFERENCES `titles` (`id`) ON DELETE CASCADE, CONSTRAINT `title_genres_genres_genre` FOREIGN KEY (`genre_id`) REFERENCES `genres` (`id`) ON DELETE RESTRICT);
-- create index "titlegenre_genre_id_popularity_title_id" to table: "title_genres"
CREATE INDEX `titlegenre_genre_id_popularity_title_id` ON `title_genres` (`genre_id`, `popularity`, `title_id`);
-- create "trends" table
CREATE TABLE `trends` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `score` integer NOT NULL, `title_id` integer NOT NULL, CONSTRAINT `trends_titles_title` FOREIGN KEY (`title_id`) REFERENCES `titles` (`id`) ON DELETE CASCADE);
-- create index "trend_score_title_id" to table: "trends"
CREATE INDEX `trend_score_title_id` ON `trends` (`score`, `title_id`);
-- create index "trend_title_id" to table: "trends"
CREATE UNIQUE INDEX `trend_title_id` ON `trends` (`title_id`);
-- create "users" table
CREATE TABLE `users` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `created_at` datetime NOT NULL, `email` text NOT NULL, `name` text NOT NULL, `password_hash` text NOT NULL, `role` text NOT NULL DEFAULT ('VIEWER'));
-- create index "users_email_key" to table: "users"
CREATE UNIQUE INDEX `users_email_key` ON `users` (`email`);
-- create "videos" table
CREATE TABLE `videos` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `state` text NOT NULL DEFAULT ('MISSING'), `duration_seconds` integer NULL, `episode_id` integer NULL, `title_id` integer NOT NULL, CONSTRAINT `videos_episodes_video` FOREIGN KEY (`episode_id`) REFERENCES `episodes` (`id`) ON DELETE CASCADE, CONSTRAINT `videos_titles_videos` FOREIGN KEY (`title_id`) REFERENCES `titles` (`id`) ON DELETE CASCADE);
-- create index "videos_episode_id_key" to table: "videos"
CREATE UNIQUE INDEX `videos_episode_id_key` ON `videos` (`episode_id`);
-- create index "video_of_movie" to table: "videos"
CREATE UNIQUE INDEX `video_of_movie` ON `videos` (`title_id`) WHERE episode_id IS NULL;
-- create index "video_title_id_id" to table: "videos"
CREATE INDEX `video_title_id_id` ON `videos` (`title_id`, `id`);
-- create "views" table
CREATE TABLE `views` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `position_seconds` integer NOT NULL DEFAULT (0), `finished` bool NOT NULL DEFAULT (false), `started_at` datetime NOT NULL, `viewed_at` datetime NOT NULL, `profile_id` integer NOT NULL, `video_id` integer NOT NULL, `title_id` integer NOT NULL, CONSTRAINT `views_profiles_views` FOREIGN KEY (`profile_id`) REFERENCES `profiles` (`id`) ON DELETE CASCADE, CONSTRAINT `views_videos_views` FOREIGN KEY (`video_id`) REFERENCES `videos` (`id`) ON DELETE CASCADE, CONSTRAINT `views_titles_title` FOREIGN KEY (`title_id`) REFERENCES `titles` (`id`) ON DELETE CASCADE);
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
