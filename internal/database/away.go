package database

import (
	"database/sql"
	sqldriver "database/sql/driver"
	"errors"
	"io"
	"net"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Away tells whether err says that the database cannot work now, whatever it is
// asked: it is down, restarting or out of reach, has no room left, or is busy
// with others for too long. The same request may succeed later.
func Away(err error) bool {
	if e, ok := errors.AsType[*pq.Error](err); ok {
		return awayPostgres(e)
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		switch e.Code() & 0xff { // the rest tells more exactly
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR,
			sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_NOMEM:
			return true
		}
		return false
	}
	_, network := errors.AsType[*net.OpError](err)
	return network || errors.Is(err, sqldriver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

func awayPostgres(e *pq.Error) bool {
	switch e.Code.Class() {
	case pqerror.ClassConnectionException, pqerror.ClassTransactionRollback, pqerror.ClassInsufficientResources,
		pqerror.ClassOperatorIntervention, pqerror.ClassSystemError:
		return true
	}
	// A fatal one ended the connection or refused it.
	return e.Fatal() || e.Code == pqerror.LockNotAvailable || e.Code == pqerror.ReadOnlySQLTransaction
}
