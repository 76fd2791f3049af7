package main

import (
	"context"
	"os"
	"time"

	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"
	"github.com/zalando/go-keyring"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/auditing"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/fromfile"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/importing"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/settings"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/staff"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/today"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/tracing"
	"github.com/wrapcast/wrapcast/internal/ids"
)

// app is the command line: what its commands work on, which its flags and the environment fill in.
type app struct{ sessions *session.Opener }

func newApp() *app {
	out := &terminal.Terminal{In: os.Stdin,
		Out: terminal.Harmless(os.Stdout, os.LookupEnv), Err: terminal.Harmless(os.Stderr, os.LookupEnv),
		Interactive: isatty.IsTerminal(os.Stderr.Fd()), Columns: terminal.Columns(os.Stdout, os.LookupEnv)}
	return &app{&session.Opener{
		Settings: settings.Source{Environ: os.LookupEnv, Here: ".", Keyring: keyring.Get},
		Terminal: out,
		Clock:    wrapcast.Clock{Now: time.Now, Sleep: sleep},
		IDs:      &ids.Growing{Now: time.Now},
		Version:  programVersion(),
	}}
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
	root, out := a.rootCommand(), a.sessions.Terminal
	root.SetArgs(args)
	root.SetIn(out.In)
	root.SetOut(out.Out)
	root.SetErr(out.Err)
	ctx, sendTraces := tracing.Begin(ctx, tracing.Source{Environ: a.sessions.Settings.Environ,
		Version: programVersion(), Log: out.Log()})
	defer sendTraces()
	c, err := root.ExecuteContextC(wrapcast.ActingAs(ctx, "cli"))
	if err = cli.Plain(c, err); err != nil {
		cli.ShowError(out, err)
	}
	return cli.ExitCode(err)
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
		Long:          about + "\n\n" + cli.ExitCodesHelp,
		Version:       versionText(),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetVersionTemplate("{{.Version}}\n")
	root.SetFlagErrorFunc(cli.FlagError)
	f, s := root.PersistentFlags(), a.sessions
	f.StringVar(&s.Dir, "data", s.Settings.Env("WRAPCAST_DATA", "wrapcast-data"), "`directory` with everything wrapcast keeps (WRAPCAST_DATA)")
	f.StringVar(&s.Settings.File, "config", s.Settings.Env("WRAPCAST_CONFIG", ""),
		"YAML `file` with settings (WRAPCAST_CONFIG); wrapcast.yaml of this directory where none is named")
	f.StringVar(&s.Database, "store", "", "PostgreSQL `database` in the place of the data directory, as postgres://USER@HOST/DATABASE (WRAPCAST_STORE)")
	f.StringArrayVar(&s.Settings.BusinessUnit, "business-unit", nil, "business `unit` to work for, by name or id, instead of the settings'; several times for several; all; none")
	f.StringVar(&s.Settings.Organisation, "organisation", "", "`organisation` to work on where there are several: its name in the settings, or its id or name")
	f.BoolVar(&s.Terminal.JSON, "json", false, "print JSON instead of text")
	f.BoolVarP(&s.Terminal.Quiet, "quiet", "q", false, "print no progress and no table")
	root.AddCommand(commands(s)...)
	cli.Groups(root)
	completeNames(root, s)
	return root
}

// commands lists the verbs, in the order of --help.
func commands(s *session.Opener) []*cobra.Command {
	out := s.Terminal
	return []*cobra.Command{
		demoCommand{s, out}.command(),
		simulateCommand{s.Clock, out}.command(),
		initCommand{out}.command(),
		doctorCommand{s, out}.command(),
		codesCommand{s, out}.command(),
		extractCommand{s, out}.command(),
		importing.Command{Sessions: s, Out: out}.Command(),
		validateCommand{s, out}.command(),
		fromfile.NewForecast(out, s.Clock.Now).Command(),
		runCommand{s, out}.command(),
		serveCommand{s, out}.command(),
		workerCommand{s, out}.command(),
		planCommand{s, out}.command(),
		submitCommand{s, out}.command(),
		rollbackCommand{s, out}.command(),
		backtestCommand{s, out}.command(),
		reconcileCommand{s, out}.command(),
		accuracyCommand{s, out}.command(),
		staff.Command{Sessions: s, Out: out}.Command(),
		today.Command{Sessions: s, Out: out}.Command(),
		overrideCommand{s, out}.command(),
		calendarCommand{s, out}.alone(),
		lineageCommand{s, out}.command(),
		exportCommand{s, out}.command(),
		reportCommand{s, out}.command(),
		auditing.Audit{Sessions: s, Out: out}.Command(),
		storeCommand{s, out}.command(),
		versionCommand{out}.command(),
	}
}
