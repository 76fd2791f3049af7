package main

import (
	"context"
	"os/user"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
)

// offline is what commands work on that ask nothing of the platform.
type offline struct {
	*steps.WrapUpForecaster
	org       wrapcast.OrganisationID
	directory wrapcast.Directory
	spec      steps.Spec
}

// withOffline runs work on what the data directory holds of one organisation, by the rules of the settings.
func (a *app) withOffline(ctx context.Context, organisation string, work func(offline) error) error {
	c, err := a.loadConfig()
	if err != nil {
		return err
	}
	s, err := store.Open(ctx, store.Options{Dir: a.dataDir})
	if err != nil {
		return err
	}
	defer s.Close()
	o := offline{WrapUpForecaster: &steps.WrapUpForecaster{Store: s, Clock: a.clock, NewID: a.newID}, spec: c.spec()}
	err = s.View(ctx, func(tx *store.Tx) error {
		org, err := chooseOrganisation(tx, organisation, a.dataDir)
		if err != nil {
			return err
		}
		o.org = org.ID
		o.directory, err = tx.Directory().Of(org.ID)
		return err
	})
	if err != nil {
		return err
	}
	return work(o)
}

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
