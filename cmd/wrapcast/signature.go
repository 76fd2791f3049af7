package main

import (
	"os/user"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/internal/steps"
)

// organisationFlag lets a command choose among several organisations.
func organisationFlag(c *cobra.Command, to *string) {
	c.PersistentFlags().StringVar(to, "organisation", "", "id or name, where the data directory holds several")
}

// signature is who does something and why.
type signature struct{ author, reason string }

func (s *signature) register(c *cobra.Command) {
	c.Flags().StringVar(&s.author, "author", login(), "who decides it")
	c.Flags().StringVar(&s.reason, "reason", "", "reason")
}

// login is what the person at this machine is called, "" where nobody knows.
func login() string {
	u, err := user.Current()
	if err != nil {
		return ""
	}
	return u.Username
}

// day reads a date given on the command line; "" is otherwise.
func day(text string, otherwise wrapcast.Date) (wrapcast.Date, error) {
	if text == "" {
		return otherwise, nil
	}
	return wrapcast.ParseDate(text)
}

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
