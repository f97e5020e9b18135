package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"streamex/internal/auth"
	"streamex/internal/database"
)

// secretKey is the key that second factors are sealed under:
// $STREAMEX_SECRET_KEY, else what is in the file beside an SQLite database, made
// when it is missing. On PostgreSQL, whose replicas must all have the same one,
// there is none without the variable.
func secretKey(db *database.DB, getenv func(string) string) (*auth.Key, error) {
	if text := getenv("STREAMEX_SECRET_KEY"); text != "" {
		key, err := auth.ParseKey(text)
		if err != nil {
			return nil, fmt.Errorf("$STREAMEX_SECRET_KEY: %w", err)
		}
		return key, nil
	}
	if db.Path() == "" {
		return nil, nil // nobody can turn a second factor on
	}
	path := db.Path() + ".key"
	text, err := readKey(path)
	if errors.Is(err, fs.ErrNotExist) {
		text, err = makeKey(path)
	}
	if err != nil {
		return nil, err
	}
	key, err := auth.ParseKey(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return key, nil
}

// readKey reads a key file, which must be its owner's alone.
func readKey(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return "", fmt.Errorf("%s can be read by others: it holds a key, make it its owner's alone (chmod 600)", path)
	}
	text, err := os.ReadFile(path)
	return string(text), err
}

// makeKey writes a new key into a file and returns it.
func makeKey(path string) (text string, err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return "", err
	}
	text = auth.NewKey()
	_, err = f.WriteString(text + "\n")
	if err == nil {
		err = f.Sync() // what is sealed under it will survive a power cut
	}
	return text, errors.Join(err, f.Close())
}

// checkKey fails when the second factors in the database cannot be read.
func checkKey(ctx context.Context, accounts *auth.Service) error {
	err := accounts.CheckKey(ctx)
	if errors.Is(err, auth.ErrKey) {
		return errors.New("the accounts' second factors are sealed under another key: restore it ($STREAMEX_SECRET_KEY, or the file beside the SQLite database), " +
			"or, if it is lost, turn all second factors off with `streamex user remove-second-factor --all`")
	}
	return err
}
