package main

import (
	"os/user"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
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
