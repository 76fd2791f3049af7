package main

import (
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/settings"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
)

// initCommand writes a settings file.
type initCommand struct {
	out *terminal.Terminal
}

func (cmd initCommand) command() *cobra.Command {
	return &cobra.Command{
		Use:     "init [FILE]",
		Short:   "Write a settings file with every key and its default",
		Long:    "Write a settings file with every key and its default. Commands read wrapcast.yaml of the directory they are started in, another\nwhere --config or WRAPCAST_CONFIG names it.",
		Example: "  wrapcast init\n  wrapcast init /etc/wrapcast.yaml && export WRAPCAST_CONFIG=/etc/wrapcast.yaml",
		Args:    cli.Args(cobra.MaximumNArgs(1)),
		RunE: func(_ *cobra.Command, given []string) error {
			path := settings.FileName
			if len(given) == 1 {
				path = given[0]
			}
			return cmd.writeSettings(path)
		},
	}
}

// writeSettings never overwrites: what stands there may be somebody's work.
func (cmd initCommand) writeSettings(path string) error {
	if path == "-" {
		_, err := cmd.out.Out.Write(settings.Template())
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return cli.Usage("%s exists already and is left as it is", path).WithHint("name another file: wrapcast init FILE")
	}
	if err != nil {
		return terminal.FileError(path, err)
	}
	_, err = f.Write(settings.Template())
	if err := terminal.FileError(path, errors.Join(err, f.Close())); err != nil {
		return err
	}
	if cmd.out.Quiet {
		return nil
	}
	named := ""
	if path != settings.FileName {
		named = " --config " + path
	}
	_, err = fmt.Fprintf(cmd.out.Out, "%s written. Set GENESYS_CLIENT_ID and GENESYS_CLIENT_SECRET, then:\n\n  wrapcast%s doctor\n", path, named)
	return err
}
