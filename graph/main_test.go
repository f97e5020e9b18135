package graph_test

import (
	"os"
	"testing"

	"streamex/graph/graphtest"
)

func TestMain(m *testing.M) { os.Exit(graphtest.Main(m)) }
