package database

import (
	"context"
	"io/fs"
)

// MigrateWith is Migrate with other files.
func MigrateWith(ctx context.Context, db *DB, files fs.FS) error { return db.migrate(ctx, files) }

// MigrationsOf and MaxStatements are for tests.
var MigrationsOf = migrationsOf

// MaxStatements bounds the cache of prepared statements.
const MaxStatements = maxStatements
