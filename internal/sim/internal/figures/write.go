package figures

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// JSON writes the figures as they are committed: one source and one type per line,
// so that a change can be read in a diff.
func (f *Figures) JSON() ([]byte, error) {
	var b bytes.Buffer
	about, err := json.MarshalIndent(f.About, "  ", "    ")
	if err != nil {
		return nil, fmt.Errorf("figures: %w", err)
	}
	fmt.Fprintf(&b, "{\n  \"about\": %s,\n  \"requests\": %d,\n  \"days\": %d,\n  \"total\": ", about, f.Requests, f.Days)
	if err := writeLine(&b, f.Total); err != nil {
		return nil, err
	}
	if err := writeLines(&b, "holidays", f.Holidays); err != nil {
		return nil, err
	}
	if err := writeLines(&b, "sources", f.Sources); err != nil {
		return nil, err
	}
	if err := writeLines(&b, "types", f.Types); err != nil {
		return nil, err
	}
	b.WriteString("\n}\n")
	return b.Bytes(), nil
}

func writeLines[T any](b *bytes.Buffer, name string, lines []T) error {
	fmt.Fprintf(b, ",\n  %q: [", name)
	for i, line := range lines {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("\n    ")
		if err := writeLine(b, line); err != nil {
			return err
		}
	}
	b.WriteString("\n  ]")
	return nil
}

func writeLine(b *bytes.Buffer, v any) error {
	line, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("figures: %w", err)
	}
	b.Write(line)
	return nil
}
