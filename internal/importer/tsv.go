package importer

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// maxLine bounds a line: no honest one is longer, and a hostile one must not
// fill the memory.
const maxLine = 1 << 20

// LineError says what is wrong with a file, and in which line.
type LineError struct {
	File string
	Line int64
	Err  error
}

func (e *LineError) Error() string { return fmt.Sprintf("%s:%d: %v", e.File, e.Line, e.Err) }

// Unwrap is what is wrong.
func (e *LineError) Unwrap() error { return e.Err }

// lines reads a file line by line.
type lines struct {
	name string
	n    int64 // of the last line
	r    *bufio.Reader
	long []byte
	max  int
}

func newLines(name string, r io.Reader, limit int) *lines {
	return &lines{name: name, r: bufio.NewReaderSize(r, 256<<10), max: limit}
}

// next returns the next line without its end, valid until the next call. It
// returns io.EOF behind the last one and *LineError for anything else.
func (l *lines) next() ([]byte, error) {
	l.n++
	line, err := l.r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		l.long = l.long[:0]
		for errors.Is(err, bufio.ErrBufferFull) {
			if len(l.long)+len(line) > l.max {
				return nil, l.errorf("the line is longer than %d MiB", l.max>>20)
			}
			l.long = append(l.long, line...)
			line, err = l.r.ReadSlice('\n')
		}
		l.long = append(l.long, line...)
		line = l.long
	}
	if len(line) > l.max {
		return nil, l.errorf("the line is longer than %d MiB", l.max>>20)
	}
	if errors.Is(err, io.EOF) && len(line) == 0 {
		return nil, io.EOF
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, l.damaged(err)
	}
	line = bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
	if !utf8.Valid(line) || bytes.IndexByte(line, 0) >= 0 {
		return nil, l.errorf("this is not UTF-8 text")
	}
	return line, nil
}

// damaged tells what is wrong with the bytes behind a line.
func (l *lines) damaged(err error) error {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return l.errorf("the file ends in the middle: it was cut off")
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader):
		return l.errorf("the compressed file is damaged: %w", err)
	}
	return l.errorf("%w", err)
}

func (l *lines) errorf(format string, args ...any) error {
	return &LineError{l.name, l.n, fmt.Errorf(format, args...)}
}

// tsv is one of IMDb's files: columns divided by tabs, named by the first line.
// Nothing is quoted: a " is a text like any other.
type tsv struct {
	*lines
	close   func()
	columns int
	places  []int // of the columns that were asked for
	cells   [][]byte
	fields  [][]byte
}

// openTSV opens the file of a folder with a name, compressed or not, for the
// given columns; those that it has besides are left out. Progress hears of the
// bytes that were read.
func openTSV(folder, name string, progress func(int), columns ...string) (*tsv, error) {
	path, err := findTSV(folder, name)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	t := &tsv{close: func() { f.Close() }}
	var r io.Reader = counted{f, progress}
	if strings.HasSuffix(path, ".gz") {
		unzipped, err := gzip.NewReader(bufio.NewReaderSize(r, 256<<10))
		if err != nil {
			t.close()
			if errors.Is(err, io.EOF) {
				err = errors.New("the file is empty")
			}
			return nil, &LineError{path, 1, fmt.Errorf("not a file of gzip: %w", err)}
		}
		r = unzipped
	}
	t.lines = newLines(path, r, maxLine)
	if err := t.header(columns); err != nil {
		t.close()
		return nil, err
	}
	return t, nil
}

// findTSV returns the path of a file, compressed or not.
func findTSV(folder, name string) (string, error) {
	for _, ending := range []string{".tsv.gz", ".tsv"} {
		path := filepath.Join(folder, name+ending)
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("%s: there is no %s.tsv.gz and no %s.tsv", folder, name, name)
}

func (t *tsv) header(columns []string) error {
	line, err := t.next()
	if errors.Is(err, io.EOF) {
		return t.errorf("the file is empty")
	}
	if err != nil {
		return err
	}
	names := strings.Split(strings.TrimPrefix(string(line), "\ufeff"), "\t")
	t.columns = len(names)
	for _, c := range columns {
		place := -1
		for i, name := range names {
			if name == c {
				place = i
			}
		}
		if place < 0 {
			return t.errorf("the first line names no column %q", c)
		}
		t.places = append(t.places, place)
	}
	t.cells, t.fields = make([][]byte, t.columns), make([][]byte, len(columns))
	return nil
}

// row returns the asked-for cells of the next line, valid until the next call;
// nil stands for \N. It returns io.EOF behind the last line, else *LineError.
func (t *tsv) row() ([][]byte, error) {
	line, err := t.next()
	if err != nil {
		return nil, err
	}
	n := 0
	for rest := line; ; n++ {
		i := bytes.IndexByte(rest, '\t')
		if n == t.columns || (i < 0 && n != t.columns-1) {
			return nil, t.errorf("%d columns where the first line names %d", bytes.Count(line, []byte("\t"))+1, t.columns)
		}
		if i < 0 {
			t.cells[n] = rest
			break
		}
		t.cells[n], rest = rest[:i], rest[i+1:]
	}
	for i, place := range t.places {
		t.fields[i] = cell(t.cells[place])
	}
	return t.fields, nil
}

// cell is what a cell says: nil for \N. Some who rewrite the files quote cells
// as CSV does, which shows in doubled quotes between a pair of them.
func cell(b []byte) []byte {
	if len(b) == 2 && b[0] == '\\' && b[1] == 'N' {
		return nil
	}
	if len(b) > 2 && b[0] == '"' && b[len(b)-1] == '"' && bytes.Contains(b[1:len(b)-1], []byte(`""`)) {
		return bytes.ReplaceAll(b[1:len(b)-1], []byte(`""`), []byte(`"`))
	}
	return b
}

// counted tells of the bytes that are read.
type counted struct {
	io.Reader
	tell func(int)
}

func (c counted) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	c.tell(n)
	return n, err
}

// each calls do with each row of a file until ctx ends.
func (t *tsv) each(ctx context.Context, do func([][]byte) error) error {
	defer t.close()
	for n := 0; ; n++ {
		if n&0xfff == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		row, err := t.row()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = do(row)
		}
		if err != nil {
			return err
		}
	}
}
