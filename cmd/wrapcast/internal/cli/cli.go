// Package cli has what the commands share: arguments, exit codes, errors, and who decides something.
package cli

import (
	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
)

// Args wraps cobra's check of positional arguments: a mistake exits as usage, in plain words.
func Args(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(c *cobra.Command, given []string) error {
		if err := check(c, given); err != nil {
			return wrongArguments(c, given, check)
		}
		return nil
	}
}

// Usage is the error of a command line that cannot be; %w keeps what it was made of.
func Usage(format string, args ...any) *wrapcast.Error {
	return wrapcast.Errorf(wrapcast.Usage, "", format, args...)
}
