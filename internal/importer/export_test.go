package importer

import "testing"

// SetBatch makes batches smaller for the length of a test.
func SetBatch(t *testing.T, rows int) {
	old := batchRows
	batchRows = rows
	t.Cleanup(func() { batchRows = old })
}

// SetBatchOf makes batches smaller for the rest of the process.
func SetBatchOf(rows int) { batchRows = rows }
