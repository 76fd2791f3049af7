package main

import (
	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
)

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
		validateCommand{s, out}.command(),
		forecastCommand{out}.command(),
		runCommand{s, out}.command(),
		serveCommand{s, out}.command(),
		workerCommand{s, out}.command(),
		planCommand{s, out}.command(),
		submitCommand{s, out}.command(),
		rollbackCommand{s, out}.command(),
		backtestCommand{s, out}.command(),
		reconcileCommand{s, out}.command(),
		accuracyCommand{s, out}.command(),
		overrideCommand{s, out}.command(),
		exportCommand{s, out}.command(),
		reportCommand{s, out}.command(),
		auditCommand{s, out}.command(),
		versionCommand{out}.command(),
	}
}
