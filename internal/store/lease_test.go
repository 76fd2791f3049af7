package store_test

import (
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
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

// TestAHolderThatAnotherNamespaceHidesIsNotDead: where numbers of processes mean something else, only time tells.
func TestAHolderThatAnotherNamespaceHidesIsNotDead(t *testing.T) {
	t.Parallel()
	over := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	if err := over.Run(); err != nil {
		t.Fatal(err)
	}
	mine := strings.Split(store.Holder("x"), "/")
	if len(mine) != 5 {
		t.Fatalf("this process is %v", mine)
	}
	mine[1] = strconv.Itoa(over.Process.Pid)
	if store.HolderAlive(strings.Join(mine, "/")) {
		t.Errorf("%v is over and taken to be alive", mine)
	}
	for i, other := range map[int]string{3: "another boot", 4: "4026530000"} {
		hidden := slices.Clone(mine)
		hidden[i] = other
		if !store.HolderAlive(strings.Join(hidden, "/")) {
			t.Errorf("%v, which cannot be seen from here, is taken to be dead", hidden)
		}
	}
}
