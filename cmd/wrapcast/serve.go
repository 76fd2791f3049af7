package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast/store"
	"github.com/wrapcast/wrapcast/web"
)

type serveFlags struct {
	listen   string
	document bool
}

func (a *app) serveCommand() *cobra.Command {
	var f serveFlags
	c := &cobra.Command{
		Use:     "serve",
		Short:   "Serve the dashboard and the API",
		Long:    "Serve the dashboard and the API on what the data directory holds.",
		Example: "  wrapcast serve\n  wrapcast serve --listen 127.0.0.1:9000\n  wrapcast serve --openapi",
		Args:    args(cobra.NoArgs),
		RunE:    func(c *cobra.Command, _ []string) error { return a.serveDashboard(c.Context(), f) },
	}
	c.Flags().StringVar(&f.listen, "listen", "127.0.0.1:8080", "`address` to listen on; port 0 takes a free one")
	c.Flags().BoolVar(&f.document, "openapi", false, "print the API's OpenAPI document and exit")
	return c
}

func (a *app) serveDashboard(ctx context.Context, f serveFlags) error {
	s, err := store.Open(ctx, store.Options{Dir: a.dataDir})
	if err != nil {
		return err
	}
	defer s.Close()
	server, err := web.New(web.Config{Store: s, Clock: a.clock, NewID: a.newID, Version: version, Local: true})
	if err != nil {
		return err
	}
	if f.document {
		text, err := server.Document()
		if err != nil {
			return err
		}
		_, err = a.stdout.Write(append(text, '\n'))
		return err
	}
	l, err := listen(ctx, f.listen)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.stderr, "The API is at http://%s/api/v1. Press Ctrl+C to stop.\n", l.Addr())
	return serve(ctx, l, server)
}
