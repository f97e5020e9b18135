-- +goose Up
-- What is searched: one row per title, episode, person and character; internal/search writes it.
CREATE TABLE "search_documents" ("id" bigint NOT NULL, "title_id" bigint NULL, "of_title" bigint NULL, "of_episode" bigint NULL, "of_person" bigint NULL, "of_character" bigint NULL, "names" text NOT NULL, "people" text NOT NULL, "body" text NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "search_documents_of_title" FOREIGN KEY ("of_title") REFERENCES "titles" ("id") ON DELETE CASCADE, CONSTRAINT "search_documents_of_episode" FOREIGN KEY ("of_episode") REFERENCES "episodes" ("id") ON DELETE CASCADE, CONSTRAINT "search_documents_of_person" FOREIGN KEY ("of_person") REFERENCES "persons" ("id") ON DELETE CASCADE, CONSTRAINT "search_documents_of_character" FOREIGN KEY ("of_character") REFERENCES "characters" ("id") ON DELETE CASCADE);
CREATE INDEX "search_documents_by_title" ON "search_documents" ("of_title") WHERE "of_title" IS NOT NULL;
CREATE INDEX "search_documents_by_episode" ON "search_documents" ("of_episode") WHERE "of_episode" IS NOT NULL;
CREATE INDEX "search_documents_by_person" ON "search_documents" ("of_person") WHERE "of_person" IS NOT NULL;
CREATE INDEX "search_documents_by_character" ON "search_documents" ("of_character") WHERE "of_character" IS NOT NULL;
-- The words are normalised already: no parser, dictionary or locale has a say.
CREATE INDEX "search_documents_words" ON "search_documents" USING gin (array_to_tsvector(array_remove(string_to_array("names" || ' ' || "people" || ' ' || "body", ' '), '')));
-- The words of names, to correct misspelt ones by: found by their length and their first or last letters.
CREATE TABLE "search_words" ("word" text COLLATE "C" NOT NULL, PRIMARY KEY ("word"));
CREATE INDEX "search_words_beginning" ON "search_words" (LENGTH("word"), "word");
CREATE INDEX "search_words_end" ON "search_words" (LENGTH("word"), RIGHT("word", 2));
