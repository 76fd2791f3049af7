package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/internal/store"
)

// namesFor are the names that a flag or an argument of that name takes.
func namesFor() map[string]func(wrapcast.Directory) []string {
	return map[string]func(wrapcast.Directory) []string{"code": codeNames, "into": codeNames, "queue": queueNames}
}

func codeNames(d wrapcast.Directory) (names []string) {
	for _, c := range d.Codes {
		names = append(names, c.Name)
	}
	return names
}

func queueNames(d wrapcast.Directory) (names []string) {
	for _, q := range d.Queues {
		names = append(names, q.Name)
	}
	return names
}

// completeNames lets the shell complete what is stored, for a command and those below it: codes, queues,
// organisations. A word in capitals of the usage line, [QUEUE], is completed like the flag of that name.
func completeNames(c *cobra.Command, sessions *session.Opener) {
	for flag, names := range namesFor() {
		if c.Flags().Lookup(flag) != nil {
			_ = c.RegisterFlagCompletionFunc(flag, storedNames(sessions, names)) // fails for a flag that is not there
		}
	}
	if c.PersistentFlags().Lookup("organisation") != nil || c.Flags().Lookup("organisation") != nil {
		_ = c.RegisterFlagCompletionFunc("organisation", organisationNames(sessions))
	}
	for word, names := range namesFor() {
		if words := strings.Fields(c.Use); len(words) == 2 && strings.Trim(words[1], "[]") == strings.ToUpper(word) {
			c.ValidArgsFunction = storedNames(sessions, names)
		}
	}
	for _, below := range c.Commands() {
		completeNames(below, sessions)
	}
}

// storedNames completes names of the one organisation that is stored, or that was named. It never fails: a shell that
// completes has nowhere to show an error.
func storedNames(sessions *session.Opener, names func(wrapcast.Directory) []string) cobra.CompletionFunc {
	return func(c *cobra.Command, _ []string, begun string) (found []string, _ cobra.ShellCompDirective) {
		organisation := ""
		if f := c.Flag("organisation"); f != nil && f.Value.Type() == "string" {
			organisation = f.Value.String()
		}
		_ = sessions.Stored(c.Context(), organisation, func(tx *store.Tx, org wrapcast.Organisation) error {
			d, err := tx.Directory().Of(org.ID)
			found = begunWith(names(d), begun)
			return err
		})
		return found, cobra.ShellCompDirectiveNoFileComp
	}
}

func organisationNames(sessions *session.Opener) cobra.CompletionFunc {
	return func(c *cobra.Command, _ []string, begun string) (found []string, _ cobra.ShellCompDirective) {
		_ = sessions.StoredAll(c.Context(), func(tx *store.Tx) error {
			all, err := tx.Directory().Organisations()
			for _, org := range all {
				found = append(found, org.Name)
			}
			found = begunWith(found, begun)
			return err
		})
		return found, cobra.ShellCompDirectiveNoFileComp
	}
}

// begunWith are the names that begin as typed, in whatever case, each once and in order.
func begunWith(names []string, begun string) []string {
	names = slices.DeleteFunc(slices.Clone(names), func(n string) bool {
		return !strings.HasPrefix(strings.ToLower(n), strings.ToLower(begun))
	})
	slices.Sort(names)
	return slices.Compact(names)
}
