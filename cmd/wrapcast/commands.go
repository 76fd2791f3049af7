package main

import "github.com/spf13/cobra"

// commands lists the verbs, in the order of --help.
func (a *app) commands() []*cobra.Command {
	return []*cobra.Command{
		a.forecastCommand(),
		a.versionCommand(),
	}
}
