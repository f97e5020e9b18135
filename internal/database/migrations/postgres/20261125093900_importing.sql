-- +goose Up
-- modify "titles" table
ALTER TABLE "titles" ADD COLUMN "poster" character varying NULL, ADD COLUMN "backdrop" character varying NULL;
