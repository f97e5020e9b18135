// Package ent is generated from ./schema; only schema/ and template/ are written by hand.
package ent

//go:generate go tool ent generate --target . --template ./template --feature sql/modifier,sql/execquery,sql/lock,sql/upsert,sql/versioned-migration,intercept ./schema
