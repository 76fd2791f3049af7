package staff

import (
	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
)

// Command is `wrapcast staff`.
type Command struct {
	Out *terminal.Terminal
}

// Command returns it for the command line.
func (cmd Command) Command() *cobra.Command {
	c := &cobra.Command{
		Use:   "staff",
		Short: "How many people contacts need",
		Long: `How many people contacts need. docs/STAFFING.md explains every formula with its source and its limits.

"staff erlang" is a calculator: it works on what you type, and needs neither an organisation nor stored data.`,
	}
	c.AddCommand(Erlang(cmd).Command())
	return c
}
