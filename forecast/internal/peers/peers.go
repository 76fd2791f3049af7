// Package peers reads what R's forecast package said of the series in testdata/peers.txt, for tests.
package peers

import (
	"os"
	"strconv"
	"strings"
)

// Numbers holds lines of numbers by name; Words the lines that are not numbers.
type Numbers struct {
	Values map[string][]float64
	Words  map[string]string
}

// Load reads the file made by testdata/peers.R.
func Load(path string) (Numbers, error) {
	n := Numbers{Values: map[string][]float64{}, Words: map[string]string{}}
	b, err := os.ReadFile(path)
	if err != nil {
		return n, err
	}
	for line := range strings.Lines(string(b)) {
		fields := strings.Fields(line)
		if len(fields) < 2 || fields[0] == "#" {
			continue
		}
		n.Words[fields[0]] = strings.Join(fields[1:], " ")
		for _, f := range fields[1:] {
			if v, err := strconv.ParseFloat(f, 64); err == nil {
				n.Values[fields[0]] = append(n.Values[fields[0]], v)
			}
		}
	}
	return n, nil
}
