package main

import (
	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/internal/steps"
)

// removeCommand is the command that withdraws a decision of a kind; help has its texts.
func removeCommand[T any, P wrapcast.Decided[T]](
	sessions *session.Opener, organisation *string, help cobra.Command,
) *cobra.Command {
	var author string
	help.Use, help.Args = "remove ID", args(cobra.ExactArgs(1))
	help.RunE = func(c *cobra.Command, given []string) error {
		return sessions.Offline(c.Context(), *organisation, func(o session.Offline) error {
			if err := steps.WithdrawDecision[T, P](c.Context(), o.Decisions(), o.Org, given[0], author); err != nil {
				return err
			}
			return sessions.Terminal.Say("%s %s is removed", P(new(T)).Decision().Kind, given[0])
		})
	}
	help.Flags().StringVar(&author, "author", login(), "who removes it")
	return &help
}
