package main

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
)

// versionCommand prints the version.
type versionCommand struct {
	out *terminal.Terminal
}

func (cmd versionCommand) command() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cli.Args(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			if cmd.out.JSON {
				return cmd.out.PrintLine(map[string]string{
					"schema": "wrapcast.version/1", "version": version, "go": runtime.Version(),
					"platform": runtime.GOOS + "/" + runtime.GOARCH,
				})
			}
			_, err := fmt.Fprintln(cmd.out.Out, versionText())
			return err
		},
	}
}

// versionText is what `wrapcast version` and `wrapcast --version` say.
func versionText() string {
	return fmt.Sprintf("wrapcast %s (%s, %s/%s)", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
