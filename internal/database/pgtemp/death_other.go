//go:build !linux

package pgtemp

import "syscall"

// dieWithParent is Linux' own: elsewhere a killed test leaves its server.
func dieWithParent(*syscall.SysProcAttr) {}
