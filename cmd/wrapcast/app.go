package main

import (
	"context"
	"os"
	"time"

	"github.com/google/uuid"
	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
)

// version is set when a release is built.
var version = "dev"

// app is what the commands share: the world outside and the flags every command takes.
type app struct {
	*terminal.Terminal
	environ func(string) (string, bool)
	clock   wrapcast.Clock
	newID   func() string

	dataDir    string
	configFile string
}

func newApp() *app {
	return &app{
		Terminal: &terminal.Terminal{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Interactive: isatty.IsTerminal(os.Stderr.Fd())},
		environ:  os.LookupEnv,
		clock:    wrapcast.Clock{Now: time.Now, Sleep: sleep},
		newID:    func() string { return uuid.Must(uuid.NewV7()).String() },
	}
}

// sleep waits on the wall clock or until ctx is done.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// run executes one command line and returns its exit code.
func (a *app) run(ctx context.Context, args []string) int {
	root := a.rootCommand()
	root.SetArgs(args)
	root.SetIn(a.In)
	root.SetOut(a.Out)
	root.SetErr(a.Err)
	err := root.ExecuteContext(ctx)
	if err != nil {
		a.showError(err)
	}
	return exitCode(err)
}

const about = `wrapcast forecasts how many contacts will end in each wrap-up code, says how sure
it is, and carries the result into Genesys Cloud Workforce Management.

See what it does without any account:    wrapcast demo
Forecast your own series from a file:    wrapcast forecast --from-csv history.csv --horizon 28 --to-csv forecast.csv
Check the access to your organisation:   wrapcast doctor`

func (a *app) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "wrapcast",
		Short:         "Forecast wrap-up codes and plan staff with them",
		Long:          about + "\n\n" + exitCodesHelp,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return wrapcast.Errorf(wrapcast.Usage, "", "%w", err).WithHint("see %s --help", c.CommandPath())
	})
	f := root.PersistentFlags()
	f.StringVar(&a.dataDir, "data", a.env("WRAPCAST_DATA", "wrapcast-data"), "`directory` with everything wrapcast keeps (WRAPCAST_DATA)")
	f.StringVar(&a.configFile, "config", a.env("WRAPCAST_CONFIG", ""), "YAML `file` with settings (WRAPCAST_CONFIG)")
	f.BoolVar(&a.JSON, "json", false, "print JSON instead of text")
	f.BoolVarP(&a.Quiet, "quiet", "q", false, "print no progress and no table")
	root.AddCommand(a.commands()...)
	return root
}

func (a *app) env(name, otherwise string) string {
	if v, ok := a.environ(name); ok && v != "" {
		return v
	}
	return otherwise
}

// args wraps cobra's check of positional arguments so that a mistake exits as usage.
func args(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(c *cobra.Command, given []string) error {
		if err := check(c, given); err != nil {
			return wrapcast.Errorf(wrapcast.Usage, "", "%w", err).WithHint("see %s --help", c.CommandPath())
		}
		return nil
	}
}
