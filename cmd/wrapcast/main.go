// Command wrapcast forecasts the wrap-up codes of a Genesys Cloud organisation and
// carries the result into Workforce Management.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // a machine without zone files must know a business unit's zone all the same
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := newApp().run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}
