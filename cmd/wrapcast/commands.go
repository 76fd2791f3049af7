package main

import "github.com/spf13/cobra"

// commands lists the verbs, in the order of --help.
func (a *app) commands() []*cobra.Command {
	return []*cobra.Command{
		a.demoCommand(),
		a.simulateCommand(),
		a.initCommand(),
		a.doctorCommand(),
		a.codesCommand(),
		a.extractCommand(),
		a.validateCommand(),
		a.forecastCommand(),
		a.runCommand(),
		a.serveCommand(),
		a.workerCommand(),
		a.planCommand(),
		a.submitCommand(),
		a.rollbackCommand(),
		a.backtestCommand(),
		a.reconcileCommand(),
		a.accuracyCommand(),
		a.overrideCommand(),
		a.exportCommand(),
		a.reportCommand(),
		a.auditCommand(),
		a.versionCommand(),
	}
}
