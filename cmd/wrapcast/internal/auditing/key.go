package auditing

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/internal/audit"
	"github.com/wrapcast/wrapcast/internal/store"
)

func (cmd Audit) key() *cobra.Command {
	var to string
	c := &cobra.Command{
		Use:   "key",
		Short: "Print the public key that signs checkpoints and evidence packs",
		Long: `Give the public key to whoever is to check what this installation signs: they pass it to
"wrapcast audit verify --key". The private half is made when the first entry is written: it lies in audit.key
in the data directory, for its owner only, or where audit.key_file says, or in WRAPCAST_AUDIT_KEY.`,
		Example: "  wrapcast audit key --to audit.pub",
		Args:    cli.Args(cobra.NoArgs),
		RunE:    func(c *cobra.Command, _ []string) error { return cmd.printKey(c.Context(), to) },
	}
	c.Flags().StringVar(&to, "to", "-", "`file` to write, - for standard output")
	c.AddCommand(cmd.rotateKey(), cmd.makeKey())
	return c
}

// keyDocument is the JSON of a public key.
type keyDocument struct {
	Schema      string `json:"schema"`
	Key         string `json:"key"`
	Fingerprint string `json:"fingerprint"`
}

func (cmd Audit) printKey(ctx context.Context, to string) error {
	var public string
	err := cmd.Sessions.StoredAll(ctx, func(tx *store.Tx) (err error) {
		public, err = tx.Audit().Key()
		return err
	})
	if err == nil && public == "" {
		err = wrapcast.Errorf(wrapcast.NotFound, "audit key", "there is no key yet").
			WithHint("it is made with the first entry: run `wrapcast run` first")
	}
	if err != nil {
		return err
	}
	if cmd.Out.JSON {
		return cmd.Out.PrintJSON(keyDocument{"wrapcast.audit-key/1", public, audit.Fingerprint(public)})
	}
	err = cmd.Out.WriteFile(to, func(w io.Writer) error {
		_, err := fmt.Fprintln(w, public)
		return err
	})
	if err == nil && !cmd.Out.Quiet {
		fmt.Fprintln(cmd.Out.Err, "Fingerprint:", audit.Fingerprint(public))
	}
	return err
}

func (cmd Audit) makeKey() *cobra.Command {
	return &cobra.Command{
		Use:   "make FILE",
		Short: "Make a key for an installation that has none yet",
		Long: `Write a new private key to a file that is not there yet, for its owner only: where several machines share a database, all
of them are given the same one (audit.key_file, WRAPCAST_AUDIT_KEY). It changes nothing that is stored; an installation
that signs already keeps its key, or replaces it with "wrapcast audit key rotate".`,
		Example: "  wrapcast audit key make audit.key",
		Args:    cli.Args(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			private, err := audit.NewKey(rand.Reader)
			if err != nil {
				return err
			}
			k, err := audit.ParseKey(private)
			if err == nil {
				err = writeSecret(args[0], private)
			}
			if err != nil {
				return err
			}
			if cmd.Out.JSON {
				return cmd.Out.PrintJSON(keyDocument{"wrapcast.audit-key/1", k.Public, audit.Fingerprint(k.Public)})
			}
			return cmd.Out.Print(k.Public + "\nFingerprint: " + audit.Fingerprint(k.Public) + "\n")
		},
	}
}

// writeSecret writes one line to a new file that its owner alone can read.
func writeSecret(name, line string) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return wrapcast.Errorf(wrapcast.Usage, "audit key make", "%s cannot be made: %w", name, err).
			WithHint("name a file that is not there yet, in a directory you can write to: a key is never overwritten")
	}
	_, err = fmt.Fprintln(f, line)
	if closing := f.Close(); err == nil {
		err = closing
	}
	return err
}

func (cmd Audit) rotateKey() *cobra.Command {
	var r store.Rotation
	c := &cobra.Command{
		Use:   "rotate",
		Short: "Replace the key that signs",
		Long: `Make a new key and write into every chain that it signs from now on. The old key signs that. With
WRAPCAST_AUDIT_KEY the new key is written to the file that --to names: set the variable to what it holds.

--lost replaces a key that is gone: nobody signs that, and every verification will say so.`,
		Args: cli.Args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := cmd.Sessions.Store(c.Context())
			if err != nil {
				return err
			}
			defer s.Close()
			r.Actor, r.At = cli.Login(), cmd.Sessions.Clock.Now()
			public, err := s.RotateAuditKey(c.Context(), r)
			if err != nil {
				return err
			}
			if cmd.Out.JSON {
				return cmd.Out.PrintJSON(keyDocument{"wrapcast.audit-key/1", public, audit.Fingerprint(public)})
			}
			return cmd.Out.Print(public + "\nFingerprint: " + audit.Fingerprint(public) + "\n")
		},
	}
	c.Flags().StringVar(&r.To, "to", "", "`file` for the new private key, where WRAPCAST_AUDIT_KEY has the old one")
	c.Flags().BoolVar(&r.Lost, "lost", false, "the old key is gone")
	return c
}

func (cmd Audit) checkpoint(organisation *string) *cobra.Command {
	var to string
	c := &cobra.Command{
		Use:   "checkpoint",
		Short: "Write the latest signed checkpoint, to be kept elsewhere",
		Long: `A signed checkpoint says how far the chain has come. Kept where nobody can change it, it shows later that
nothing before it was cut off or rewritten: "wrapcast audit verify --against".`,
		Example: "  wrapcast audit checkpoint --to /mnt/elsewhere/today.checkpoint",
		Args:    cli.Args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			return cmd.withChain(c.Context(), *organisation, func(tx *store.Tx, org wrapcast.OrganisationID, _ int64) error {
				kept, err := tx.Audit().Checkpoints(org, "")
				if err == nil && len(kept) == 0 {
					err = wrapcast.Errorf(wrapcast.NotFound, "audit checkpoint", "nothing is signed yet").
						WithHint("the next run signs: `wrapcast run`")
				}
				if err != nil {
					return err
				}
				return cmd.Out.WriteFile(to, func(w io.Writer) error {
					_, err := io.WriteString(w, kept[0].Note)
					return err
				})
			})
		},
	}
	c.Flags().StringVar(&to, "to", "-", "`file` to write, - for standard output")
	return c
}
