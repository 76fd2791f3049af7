package store_test

import (
	"os"
	"os/exec"
	"strconv"
	"testing"

	"github.com/wrapcast/wrapcast/internal/store"
)

func TestAHolderIsAliveWhileItsProcessIs(t *testing.T) {
	t.Parallel()
	host, err := os.Hostname()
	if err != nil {
		t.Skip(err)
	}
	over := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	if err := over.Run(); err != nil {
		t.Fatal(err)
	}
	for holder, want := range map[string]bool{
		"elsewhere/1/x": true,
		"no holder":     true,
		host + "/" + strconv.Itoa(os.Getppid()) + "/x":     true,
		host + "/" + strconv.Itoa(os.Getpid()) + "/x":      false, // the number of one that had it before
		host + "/" + strconv.Itoa(over.Process.Pid) + "/x": false,
	} {
		if got := store.HolderAlive(holder); got != want {
			t.Errorf("%s is alive: %v", holder, got)
		}
	}
}
