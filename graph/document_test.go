package graph_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"entgo.io/ent/dialect"
	"github.com/stretchr/testify/require"

	"streamex/ent/schema/globalid"
	"streamex/graph/graphtest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// document is an operation of testdata. Comments at its head say what it may
// cost ("# statements: 9"), who asks ("# as: cold", Keen when absent) and with
// which variables ("# variables: {…}"), in which "@T1" is the id of title 1.
type document struct {
	name       string
	text       string
	statements int
	who        int
	variables  graphtest.Variables
}

var (
	head  = regexp.MustCompile(`(?m)^# (statements|as|variables): (.*)$`)
	short = regexp.MustCompile(`"@([A-Z])(\d+)"`)
	names = map[string]int{"nobody": graphtest.Nobody, "cold": graphtest.Cold, "keen": graphtest.Keen, "kid": graphtest.Kid, "spanish": graphtest.Spanish, "account": graphtest.NoProfile, "admin": graphtest.Admin}
)

func documents(t *testing.T) []document {
	files, err := filepath.Glob("testdata/*.graphql")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	list := make([]document, len(files))
	for i, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		d := document{name: strings.TrimSuffix(filepath.Base(file), ".graphql"), text: string(text), who: graphtest.Keen, statements: -1}
		for _, m := range head.FindAllStringSubmatch(d.text, -1) {
			switch m[1] {
			case "statements":
				d.statements, err = strconv.Atoi(m[2])
				require.NoError(t, err, file)
			case "as":
				require.Contains(t, names, m[2], file)
				d.who = names[m[2]]
			case "variables":
				require.NoError(t, json.Unmarshal([]byte(expand(m[2])), &d.variables), file)
			}
		}
		require.NotEqual(t, -1, d.statements, "%s has no budget", file)
		list[i] = d
	}
	return list
}

// expand replaces short names of nodes by their ids.
func expand(text string) string {
	return short.ReplaceAllStringFunc(text, func(s string) string {
		m := short.FindStringSubmatch(s)
		n, _ := strconv.ParseInt(m[2], 10, 64)
		return strconv.Quote(id(globalid.Kind(m[1][0]), n))
	})
}

// id is the public id of a node.
func id(k globalid.Kind, n int64) string {
	return globalid.Global{Kind: k, Rest: strconv.FormatInt(n, 36)}.String()
}

// Each document answers the same on both databases, and costs the same number
// of statements whatever the size of the catalogue.
func TestDocuments(t *testing.T) {
	for _, d := range documents(t) {
		t.Run(d.name, func(t *testing.T) {
			for _, n := range []int{10, 2000} {
				var answers [2][]byte
				for i, name := range []string{dialect.SQLite, dialect.Postgres} {
					s := graphtest.Shared(t, name, n)
					for range 2 { // whatever ran before
						a := s.Ask(t, d.who, d.text, d.variables)
						a.Data(t, new(any))
						require.Len(t, a.Statements, d.statements, "%d titles on %s:\n%s", n, name, brief(a.Statements))
						answers[i] = indent(t, a.Body)
					}
				}
				require.Equal(t, string(answers[0]), string(answers[1]), "SQLite and PostgreSQL differ at %d titles", n)
				if n == 10 {
					golden(t, "testdata/"+d.name+".json", answers[0])
				}
			}
		})
	}
}

// brief is the statements for people to compare.
func brief(statements []string) string {
	var b strings.Builder
	for _, s := range statements {
		fmt.Fprintf(&b, "%.400s\n", strings.Join(strings.Fields(s), " "))
	}
	return b.String()
}

func indent(t *testing.T, text []byte) []byte {
	var b bytes.Buffer
	require.NoError(t, json.Indent(&b, text, "", "  "))
	b.WriteByte('\n')
	return b.Bytes()
}

func golden(t *testing.T, file string, got []byte) {
	if *update {
		require.NoError(t, os.WriteFile(file, got, 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got))
}
