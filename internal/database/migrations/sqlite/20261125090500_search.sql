-- +goose Up
-- What is searched: one row per title, episode, person and character; internal/search writes it.
CREATE TABLE `search_documents` (`id` integer NOT NULL PRIMARY KEY, `title_id` integer NULL, `of_title` integer NULL, `of_episode` integer NULL, `of_person` integer NULL, `of_character` integer NULL, `names` text NOT NULL, `people` text NOT NULL, `body` text NOT NULL, CONSTRAINT `search_documents_of_title` FOREIGN KEY (`of_title`) REFERENCES `titles` (`id`) ON DELETE CASCADE, CONSTRAINT `search_documents_of_episode` FOREIGN KEY (`of_episode`) REFERENCES `episodes` (`id`) ON DELETE CASCADE, CONSTRAINT `search_documents_of_person` FOREIGN KEY (`of_person`) REFERENCES `persons` (`id`) ON DELETE CASCADE, CONSTRAINT `search_documents_of_character` FOREIGN KEY (`of_character`) REFERENCES `characters` (`id`) ON DELETE CASCADE);
CREATE INDEX `search_documents_by_title` ON `search_documents` (`of_title`) WHERE `of_title` IS NOT NULL;
CREATE INDEX `search_documents_by_episode` ON `search_documents` (`of_episode`) WHERE `of_episode` IS NOT NULL;
CREATE INDEX `search_documents_by_person` ON `search_documents` (`of_person`) WHERE `of_person` IS NOT NULL;
CREATE INDEX `search_documents_by_character` ON `search_documents` (`of_character`) WHERE `of_character` IS NOT NULL;
-- The words are normalised already: the tokenizer only splits them.
CREATE VIRTUAL TABLE `search_index` USING fts5(`words`, content='', contentless_delete=1, detail=none, tokenize='ascii');
CREATE TRIGGER `search_documents_insert` AFTER INSERT ON `search_documents` BEGIN INSERT INTO `search_index` (`rowid`, `words`) VALUES (new.`id`, new.`names` || ' ' || new.`people` || ' ' || new.`body`); END;
CREATE TRIGGER `search_documents_update` AFTER UPDATE ON `search_documents` BEGIN DELETE FROM `search_index` WHERE `rowid` = old.`id`; INSERT INTO `search_index` (`rowid`, `words`) VALUES (new.`id`, new.`names` || ' ' || new.`people` || ' ' || new.`body`); END;
CREATE TRIGGER `search_documents_delete` AFTER DELETE ON `search_documents` BEGIN DELETE FROM `search_index` WHERE `rowid` = old.`id`; END;
-- The words of names, to correct misspelt ones by: found by their length and their first or last letters.
CREATE TABLE `search_words` (`word` text NOT NULL PRIMARY KEY) WITHOUT ROWID;
CREATE INDEX `search_words_beginning` ON `search_words` (LENGTH(`word`), `word`);
CREATE INDEX `search_words_end` ON `search_words` (LENGTH(`word`), SUBSTR(`word`, -2));
