//go:build !unix

package postgrestest

import (
	"os"
	"syscall"
)

func giveAway(string) error { return nil }

func asNobodySpecial() *syscall.SysProcAttr { return nil }

// stop ends a server; there are no signals here.
func stop(p *os.Process, _ bool) { _ = p.Kill() }
