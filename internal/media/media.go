// Package media keeps files: what administrators uploaded, made ready to be
// shown.
package media

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
	"gocloud.dev/gcerrors"
)

// ErrNotFound says that there is no such file.
var ErrNotFound = errors.New("media: no such file")

// Store is where files are kept. Its folder is made when the first one is
// written.
type Store struct {
	path string

	mu     sync.Mutex
	bucket *blob.Bucket // nil before it is needed
}

// Open opens the store at an address: folder:PATH.
func Open(address string) (*Store, error) {
	path, ok := strings.CutPrefix(address, "folder:")
	if !ok || path == "" {
		return nil, fmt.Errorf("media: %q is no store: use folder:PATH", address)
	}
	return &Store{path: path}, nil
}

// Close ends the use of the store.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bucket == nil {
		return nil
	}
	return s.bucket.Close()
}

// files is where the files are. It returns ErrNotFound for a folder that is not
// there, unless it shall be made.
func (s *Store) files(create bool) (*blob.Bucket, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bucket != nil {
		return s.bucket, nil
	}
	if _, err := os.Stat(s.path); errors.Is(err, fs.ErrNotExist) && !create {
		return nil, ErrNotFound
	}
	var err error
	// Files are written beside their place and moved there: each is whole or not there.
	s.bucket, err = fileblob.OpenBucket(s.path, &fileblob.Options{CreateDir: true, DirFileMode: 0o700, NoTempDir: true, Metadata: fileblob.MetadataDontWrite})
	if err != nil {
		return nil, fmt.Errorf("media: %w", err)
	}
	return s.bucket, nil
}

// write stores a file, whole or not at all.
func (s *Store) write(ctx context.Context, key, contentType string, body []byte) error {
	bucket, err := s.files(true)
	if err != nil {
		return err
	}
	if err := bucket.WriteAll(ctx, key, body, &blob.WriterOptions{ContentType: contentType}); err != nil {
		return fmt.Errorf("media: write %s: %w", key, err)
	}
	return nil
}

// open opens a file for reading, and says when it was written. It returns
// ErrNotFound.
func (s *Store) open(ctx context.Context, key string) (io.ReadSeekCloser, time.Time, error) {
	bucket, err := s.files(false)
	if err != nil {
		return nil, time.Time{}, err
	}
	r, err := bucket.NewReader(ctx, key, nil)
	switch {
	case gcerrors.Code(err) == gcerrors.NotFound:
		return nil, time.Time{}, ErrNotFound
	case err != nil:
		return nil, time.Time{}, fmt.Errorf("media: read %s: %w", key, err)
	}
	return r, r.ModTime(), nil
}

// Sweep deletes the uploads of pictures that are in no use and older than a
// day: what was replaced, what belonged to titles that are no more, and what an
// upload that failed left behind. used tells which of some names are in use.
func (s *Store) Sweep(ctx context.Context, used func(ctx context.Context, names []string) (map[string]bool, error)) (deleted int, err error) {
	bucket, err := s.files(false)
	if errors.Is(err, ErrNotFound) {
		return 0, nil
	} else if err != nil {
		return 0, err
	}
	old := time.Now().Add(-24 * time.Hour)
	files := make(map[string][]string) // of one name: its sizes
	var names []string
	flush := func() error {
		if len(names) == 0 {
			return nil
		}
		keep, err := used(ctx, names)
		if err != nil {
			return err
		}
		for _, name := range names {
			if keep[name] {
				continue
			}
			for _, key := range files[name] {
				if err := bucket.Delete(ctx, key); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
					return fmt.Errorf("media: delete %s: %w", key, err)
				}
			}
			deleted++
		}
		clear(files)
		names = names[:0]
		return nil
	}
	list := bucket.List(&blob.ListOptions{Prefix: pictures})
	for {
		object, err := list.Next(ctx)
		if errors.Is(err, io.EOF) {
			return deleted, flush()
		}
		if err != nil {
			return deleted, fmt.Errorf("media: list: %w", err)
		}
		name, _, ok := strings.Cut(strings.TrimPrefix(object.Key, pictures), "/")
		if !ok || object.ModTime.After(old) {
			continue
		}
		if files[name] == nil {
			if len(names) == 500 {
				if err := flush(); err != nil {
					return deleted, err
				}
			}
			names = append(names, name)
		}
		files[name] = append(files[name], object.Key)
	}
}
