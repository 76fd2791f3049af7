package cli

import (
	"os/user"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/internal/steps"
)

// OrganisationFlag lets a command choose among several organisations.
func OrganisationFlag(c *cobra.Command, to *string) {
	c.PersistentFlags().StringVar(to, "organisation", "", "id or name, where the data directory holds several")
}

// Signature is who does something and why.
type Signature struct{ Author, Reason string }

// Register lets c take --author and --reason.
func (s *Signature) Register(c *cobra.Command) {
	c.Flags().StringVar(&s.Author, "author", Login(), "who decides it")
	c.Flags().StringVar(&s.Reason, "reason", "", "reason")
}

// Login is what the person at this machine is called, "" where nobody knows.
func Login() string {
	u, err := user.Current()
	if err != nil {
		return ""
	}
	return u.Username
}

// Day reads a date given on the command line; "" is otherwise.
func Day(text string, otherwise wrapcast.Date) (wrapcast.Date, error) {
	if text == "" {
		return otherwise, nil
	}
	return wrapcast.ParseDate(text)
}

// RemoveCommand is the command that withdraws a decision of a kind; help has its texts.
func RemoveCommand[T any, P wrapcast.Decided[T]](
	sessions *session.Opener, organisation *string, help cobra.Command,
) *cobra.Command {
	var author string
	help.Use, help.Args = "remove ID", Args(cobra.ExactArgs(1))
	help.RunE = func(c *cobra.Command, given []string) error {
		return sessions.Offline(c.Context(), *organisation, func(o session.Offline) error {
			if err := steps.WithdrawDecision[T, P](c.Context(), o.Decisions(), o.Org, given[0], author); err != nil {
				return err
			}
			return sessions.Terminal.Say("%s %s is removed", P(new(T)).Decision().Kind, given[0])
		})
	}
	help.Flags().StringVar(&author, "author", Login(), "who removes it")
	return &help
}
