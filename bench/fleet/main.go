// Fleet shows how a whole installation behaves when it is hit: a real PostgreSQL server, organisations with simulated
// platforms, `wrapcast serve` and `wrapcast worker` processes of the built binary, and people who ask for things all the
// time. README.md says what each part does, and what it is judged by.
//
//	go run ./bench/fleet
//	go run ./bench/fleet -only workers
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

func main() {
	var o options
	only := flag.String("only", "", "which `parts` to run, with commas: "+strings.Join(names(), ", ")+"; empty is all")
	flag.IntVar(&o.rounds, "rounds", 10, "how often each disaster strikes, and how often nights are compared")
	flag.StringVar(&o.disasters, "disasters", "", "only disasters that contain this")
	flag.IntVar(&o.organisations, "organisations", 20, "how many organisations there are")
	flag.DurationVar(&o.pressure, "pressure", 30*time.Minute, "how long the transaction is held open")
	flag.DurationVar(&o.think, "think", 10*time.Second, "how long people think on average before they ask for the next run")
	flag.StringVar(&o.binary, "wrapcast", "", "the `binary`; empty builds it")
	flag.StringVar(&o.dir, "dir", "", "a `directory` for logs that is kept; empty is one that is deleted")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o, *only, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		stop()
		os.Exit(1) //nolint:gocritic // what was deferred is done
	}
}

// options say how much is done.
type options struct {
	rounds, organisations int
	disasters             string
	pressure, think       time.Duration
	binary, dir           string
	out                   io.Writer
}

// say writes a line of the report.
func (o options) say(format string, args ...any) { fmt.Fprintf(o.out, format+"\n", args...) }

// part is one thing that is shown. Its error says what did not hold.
type part struct {
	name string
	show func(context.Context, options) error
}

func parts() []part {
	return []part{{"disasters", disasters}, {"platforms", platforms}, {"workers", workers}, {"queue", queue},
		{"pressure", pressure}}
}

func names() (all []string) {
	for _, p := range parts() {
		all = append(all, p.name)
	}
	return all
}

func run(ctx context.Context, o options, only string, out io.Writer) error {
	o.out = out
	for name := range strings.SplitSeq(only, ",") {
		if name != "" && !slices.Contains(names(), name) {
			return fmt.Errorf("there is no part %q; there are %s", name, strings.Join(names(), ", "))
		}
	}
	if o.dir == "" {
		dir, err := os.MkdirTemp("", "wrapcast-fleet-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		o.dir = dir
	}
	if o.binary == "" {
		o.binary = filepath.Join(o.dir, "wrapcast")
		if out, err := exec.CommandContext(ctx, "go", "build", "-o", o.binary, "./cmd/wrapcast").CombinedOutput(); err != nil {
			return fmt.Errorf("go build: %w: %s", err, out)
		}
	}
	var failed []error
	for _, p := range parts() {
		if only != "" && !slices.Contains(strings.Split(only, ","), p.name) {
			continue
		}
		o.say("== %s (%s)", p.name, time.Now().UTC().Format("15:04:05"))
		if err := p.show(ctx, o); err != nil {
			o.say("   %s does not hold: %v", p.name, err)
			failed = append(failed, fmt.Errorf("%s: %w", p.name, err))
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return errors.Join(failed...)
}
