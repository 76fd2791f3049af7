package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/internal/tables"
)

// What the process exits with, a promise to scripts.
const (
	ExitDone    = 0
	ExitFailed  = 1
	ExitUsage   = 2
	ExitData    = 3
	ExitRefused = 4
	ExitPartial = 5
)

// ExitCodesHelp explains them to people.
const ExitCodesHelp = `Exit codes: 0 done, 1 failed, 2 usage or configuration, 3 data refused by
validation, 4 the platform refused (credentials, permissions), 5 partly done.`

// ExitCode is what the process exits with after err; nil is ExitDone.
func ExitCode(err error) int {
	if err == nil {
		return ExitDone
	}
	switch wrapcast.KindOf(err) {
	case wrapcast.Usage, wrapcast.NotFound:
		return ExitUsage
	case wrapcast.InvalidData:
		return ExitData
	case wrapcast.Refused:
		return ExitRefused
	case wrapcast.Partial:
		return ExitPartial
	case wrapcast.Internal, wrapcast.Unavailable, wrapcast.Conflict:
	}
	return ExitFailed
}

// errorDocument is what --json prints of an error, on stderr.
type errorDocument struct {
	Schema string        `json:"schema"`
	Kind   wrapcast.Kind `json:"kind"`
	Error  string        `json:"error"`
	Hint   string        `json:"hint,omitempty"`
	Exit   int           `json:"exit"`
	// Problems are those of a file that was read, one by one.
	Problems []tables.Problem `json:"problems,omitempty"`
}

// ShowError tells people, or with --json programs, what went wrong and what to do.
func ShowError(out *terminal.Terminal, err error) {
	hint := wrapcast.Hint(err)
	if errors.Is(err, context.Canceled) {
		hint = "the command was interrupted; run it again to continue where it stopped"
	}
	if out.JSON {
		doc := errorDocument{Schema: "wrapcast.error/1", Kind: wrapcast.KindOf(err), Error: message(err), Hint: hint,
			Exit: ExitCode(err)}
		if of, ok := errors.AsType[tables.Problems](err); ok {
			doc.Problems = of.All
		}
		_ = json.NewEncoder(out.Err).Encode(doc)
		return
	}
	lines := []string{"wrapcast: " + message(err)}
	if out.Interactive { // a person reads better line by line; a script looks for one
		lines = strings.Split(lines[0], "; ")
		for i := range lines[:len(lines)-1] {
			lines[i] += ";"
		}
		for i := range lines[1:] {
			lines[1+i] = "  " + lines[1+i]
		}
	}
	if hint != "" {
		lines = append(lines, "  what to do: "+hint)
	}
	for _, line := range lines {
		if out.Interactive && out.Columns > 0 {
			indent := "  "[:min(2, len(line)-len(strings.TrimLeft(line, " ")))]
			line = indent + out.Page().Wrap(line, indent+"  ")
		}
		fmt.Fprintln(out.Err, line)
	}
}
