package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/internal/audit"
	"github.com/wrapcast/wrapcast/internal/reports"
	"github.com/wrapcast/wrapcast/internal/store"
)

func (cmd auditCommand) auditPack(organisation *string) *cobra.Command {
	var to string
	c := &cobra.Command{
		Use:   "pack ID",
		Short: "Write all evidence of a plan or a forecast into one signed file",
		Long: `The pack of a plan or a forecast has all that is stored of how it came about: digests of its history, the counting
rule, lineage, calendar, masks, settings (no secrets), the version that made it, the backtest of each code,
overrides with what they did, the plan, the platform's ids, the entries of the audit chain and their signed
checkpoint. Anybody can check it: "wrapcast audit verify FILE", or docs/verify-pack.mjs.`,
		Example: "  wrapcast audit pack 0193c1d2-… --to plan.pack",
		Args:    cli.Args(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, given []string) error {
			return cmd.withChain(c.Context(), *organisation, func(tx *store.Tx, org wrapcast.OrganisationID, _ int64) error {
				file, err := reports.MakePack(tx, org, given[0], reports.PackOptions{Version: cmd.sessions.Version,
					At: cmd.sessions.Clock.Now()})
				if err != nil {
					return err
				}
				err = cmd.out.WriteFile(to, func(w io.Writer) error { _, err := w.Write(file); return err })
				if err == nil && to != "-" && !cmd.out.Quiet {
					fmt.Fprintf(cmd.out.Err, "The evidence of %s is in %s\n", given[0], to)
				}
				return err
			})
		},
	}
	c.Flags().StringVar(&to, "to", "", "`file` to write, - for standard output")
	_ = c.MarkFlagRequired("to")
	return c
}

// packDocument is the JSON of a pack that was verified.
type packDocument struct {
	Schema      string        `json:"schema"`
	Valid       bool          `json:"valid"`
	About       audit.Subject `json:"about"`
	Key         string        `json:"key"`
	Fingerprint string        `json:"fingerprint"`
	// Trusted says that the key was compared with one that is trusted.
	Trusted bool            `json:"key_compared"`
	Things  int             `json:"things"`
	Bound   int             `json:"things_bound"`
	Unbound []audit.Subject `json:"things_without_digest"`
	Entries int             `json:"entries"`
}

// verifyPack checks an evidence pack, without anything else.
func (cmd auditCommand) verifyPack(path string, f verifyFlags) error {
	if f.file != "" || f.against != "" {
		return cli.Usage("--file and --against are for chains, not for a pack")
	}
	key, err := readPublicKey(f.key)
	if err != nil {
		return err
	}
	file, err := os.ReadFile(path)
	if err != nil {
		return terminal.FileError(path, err)
	}
	p, err := audit.OpenPack(file, key)
	if err != nil {
		return err
	}
	if cmd.out.JSON {
		return cmd.out.PrintJSON(packDocument{"wrapcast.pack-verification/1", true, p.Pack.About, p.Pack.Key, p.Fingerprint,
			key != "", len(p.Pack.Things), p.Bound, append([]audit.Subject{}, p.Unbound...), len(p.Pack.Chain)})
	}
	var b strings.Builder
	fmt.Fprintf(&b, "The evidence of %s holds: %s are as %s of the audit chain have them.\n", p.Pack.About,
		show.Count(p.Bound, "thing", "things"), show.Count(len(p.Pack.Chain), "entry", "entries"))
	for _, s := range p.Unbound {
		fmt.Fprintf(&b, "  Note: %s is without a digest in the chain.\n", s)
	}
	b.WriteString(keyInWords(p.Fingerprint, key != ""))
	return cmd.out.Print(b.String())
}
