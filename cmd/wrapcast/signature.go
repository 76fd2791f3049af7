package main

import (
	"context"
	"os/user"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
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

// removal is a command that removes a decision of one kind.
type removal struct {
	// noun is what the kind is called.
	noun   string
	remove func(ctx context.Context, o session.Offline, id, author string) error
}

// command is the command of which c says how it is called.
func (r removal) command(sessions *session.Opener, organisation *string, c cobra.Command) *cobra.Command {
	var author string
	c.Args = args(cobra.ExactArgs(1))
	c.RunE = func(c *cobra.Command, given []string) error {
		return sessions.Offline(c.Context(), *organisation, func(o session.Offline) error {
			if err := r.remove(c.Context(), o, given[0], author); err != nil {
				return err
			}
			return sessions.Terminal.Say("%s %s is removed", r.noun, given[0])
		})
	}
	c.Flags().StringVar(&author, "author", login(), "who removes it")
	return &c
}
