package main

import (
	"bytes"
	"context"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
)

// libraryWords are words of the libraries that no message may have: of cobra, pflag, strconv, time, encoding, Go itself.
var libraryWords = regexp.MustCompile(`arg\(s\)|flag\(s\)|strconv|parse error|parsing "|pflag|shorthand|invalid argument|` +
	`invalid syntax|unknown flag|unknown command|out of range|unmarshal|\b(int|int32|int64|uint|float64|bool|stringArray|` +
	`time\.\w+|interface \{\}|map\[\w+\])\b|<nil>|%!|nil pointer|goroutine|\bEOF\b|sql:|yaml:|json:|no such file or directory`)

// everyCommand calls look with every command of the line, and how it is called.
func everyCommand(c *cobra.Command, path []string, look func(c *cobra.Command, path []string)) {
	for _, sub := range c.Commands() {
		if sub.Name() == "help" || sub.Name() == "completion" {
			continue
		}
		to := append(slices.Clone(path), sub.Name())
		look(sub, to)
		everyCommand(sub, to, look)
	}
}

// stays tells the commands that work until they are told to stop; the values of their flags are tried where they are
// judged before.
func stays(path []string) bool {
	return slices.Contains([]string{"demo", "simulate", "serve", "worker", "run"}, path[0]) && len(path) == 1
}

// quickly runs one command line on a data directory in which there is nothing, without credentials.
func quickly(t *testing.T, data string, args []string) (code int, said string) {
	t.Helper()
	var err bytes.Buffer
	a := newApp()
	a.sessions.Terminal = &terminal.Terminal{In: strings.NewReader(""), Out: io.Discard, Err: &err}
	a.sessions.Settings.Environ = func(string) (string, bool) { return "", false }
	code = a.run(context.Background(), append([]string{"--data", data}, args...))
	return code, err.String()
}

// Whatever is wrong with a command line, every command says it in words of its own, with what to do, and exits 2.
func TestNoCommandSpeaksTheWordsOfALibrary(t *testing.T) {
	t.Chdir(t.TempDir()) // some values are the names of files that are written
	data := filepath.Join(t.TempDir(), "none")
	tried := 0
	try := func(mustFail bool, args ...string) {
		t.Helper()
		tried++
		code, said := quickly(t, data, args)
		if mustFail && (code != cli.ExitUsage || !strings.Contains(said, "what to do: ")) {
			t.Errorf("%q: exit code %d: %s", args, code, said)
		}
		nobodyServes := len(args) > 1 && args[0] == "serve" && args[1] == "ready" // and that is no fault of the command line
		if found := libraryWords.FindString(said); found != "" || code == cli.ExitFailed && !nobodyServes {
			t.Errorf("%q speaks of %q, exit code %d: %s", args, found, code, said)
		}
	}
	try(true, "forcast")
	try(true, "--nonsense")
	everyCommand(newApp().rootCommand(), nil, func(c *cobra.Command, path []string) {
		with := func(more ...string) []string { return append(slices.Clone(path), more...) }
		try(true, with("--nonsense")...)
		try(true, with("-Z")...)
		try(true, with("-qZ")...)
		try(true, with("--=x")...)
		if !stays(path) && path[0] != "init" {
			try(false, path...)
			try(false, with("nonsense", "nonsense", "nonsense", "nonsense")...)
		}
		if check := c.Args; check != nil && check(c, make([]string, 9)) != nil {
			try(true, with("a", "b", "c", "d", "e", "f", "g", "h", "i")...)
		}
		if check := c.Args; check != nil && check(c, nil) != nil {
			try(true, path...)
		}
		c.InitDefaultHelpFlag()
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if f.NoOptDefVal == "" {
				try(true, with("--"+f.Name)...)
			}
			for _, value := range []string{"x;y", "", "1e999", "2026-02-31", "\x00\x1b[2J", strings.Repeat("9", 5000)} {
				err := f.Value.Set(value)
				if err == nil && len(value) == 5 || err == nil && len(value) == 5000 {
					continue // numbers that are too large are told to what takes numbers
				}
				if err != nil || !stays(path) && path[0] != "init" {
					try(err != nil, with("--"+f.Name+"="+value)...)
				}
			}
		})
	})
	t.Logf("%d command lines", tried)
	if tried < 1000 {
		t.Errorf("only %d were tried", tried)
	}
}
