// Package report writes a week as one HTML file that needs nothing else: charts are drawn here, no script runs, nothing
// is fetched. It reads well on a laptop, on a phone, in the dark and on paper.
package report
