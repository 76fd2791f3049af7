package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
)

// Exit codes, a promise to scripts.
const (
	exitDone    = 0
	exitFailed  = 1
	exitUsage   = 2
	exitData    = 3
	exitRefused = 4
	exitPartial = 5
)

const exitCodesHelp = `Exit codes: 0 done, 1 failed, 2 usage or configuration, 3 data refused by
validation, 4 the platform refused (credentials, permissions), 5 partly done.`

func exitCode(err error) int {
	if err == nil {
		return exitDone
	}
	if strings.HasPrefix(err.Error(), "unknown command") {
		return exitUsage
	}
	switch wrapcast.KindOf(err) {
	case wrapcast.Usage, wrapcast.NotFound:
		return exitUsage
	case wrapcast.InvalidData:
		return exitData
	case wrapcast.Refused:
		return exitRefused
	case wrapcast.Partial:
		return exitPartial
	case wrapcast.Internal, wrapcast.Unavailable, wrapcast.Conflict:
	}
	return exitFailed
}

// errorDocument is what --json prints of an error, on stderr.
type errorDocument struct {
	Schema string        `json:"schema"`
	Kind   wrapcast.Kind `json:"kind"`
	Error  string        `json:"error"`
	Hint   string        `json:"hint,omitempty"`
	Exit   int           `json:"exit"`
}

func showError(out *terminal.Terminal, err error) {
	hint := wrapcast.Hint(err)
	if errors.Is(err, context.Canceled) {
		hint = "the command was interrupted; run it again to continue where it stopped"
	}
	if out.JSON {
		doc := errorDocument{Schema: "wrapcast.error/1", Kind: wrapcast.KindOf(err), Error: err.Error(), Hint: hint,
			Exit: exitCode(err)}
		_ = json.NewEncoder(out.Err).Encode(doc)
		return
	}
	message := "wrapcast: " + err.Error()
	if out.Interactive { // a person reads better line by line; a script looks for one
		message = strings.ReplaceAll(message, "; ", ";\n  ")
	}
	fmt.Fprintln(out.Err, message)
	if hint != "" {
		fmt.Fprintf(out.Err, "  what to do: %s\n", hint)
	}
}
