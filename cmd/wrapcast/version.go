package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
)

// version is set when make builds the program; see versionOf.
var version string

// programVersion is the version of this program, as v0.1.0.
func programVersion() string {
	info, _ := debug.ReadBuildInfo()
	return versionOf(version, info)
}

// versionOf is what the linker was told, else the version of the module that `go install` has built, else "dev".
func versionOf(linked string, info *debug.BuildInfo) string {
	switch {
	case linked != "":
		return linked
	case info != nil && info.Main.Version != "" && info.Main.Version != "(devel)":
		return info.Main.Version
	}
	return "dev"
}

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
					"schema": "wrapcast.version/1", "version": programVersion(), "go": runtime.Version(),
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
	return fmt.Sprintf("wrapcast %s (%s, %s/%s)", programVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
