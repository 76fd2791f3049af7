// Pagespeed measures the dashboard of a running `wrapcast serve` in Chromium: how long each page takes until its
// largest part is painted, and how long the frames are while somebody zooms over all quarter-hours there are.
//
//	wrapcast serve --json
//	go run ./bench/internal/pagespeed -url 'http://127.0.0.1:8080/open?token=TOKEN'
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"time"
)

func main() {
	url := flag.String("url", "http://127.0.0.1:8080/open",
		"where the dashboard opens, with its token: what serve prints as url")
	times := flag.Int("times", 5, "how often each page is opened")
	flag.Parse()
	if err := measure(context.Background(), *url, *times, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func measure(ctx context.Context, url string, times int, w io.Writer) error {
	b, stop, err := start(ctx, url)
	if err != nil {
		return err
	}
	defer stop()
	if err := paints(b, times, w); err != nil {
		return err
	}
	return frames(b, w)
}

// pages are those of the menu and one of each kind they lead to.
func pages(b *browser) ([]string, error) {
	all := []string{"#/overview", "#/codes", "#/codes?by=queue", "#/codes?by=tree", "#/total"}
	for _, of := range [][2]string{{"codes", "code"}, {"queues", "queue"}, {"plans", "publish"}, {"runs", "runs"}} {
		id, err := evaluate[string](b, fmt.Sprintf(`fetch('api/v1/%s?limit=1').then(r => r.json()).then(l => l.items[0]?.id ?? '')`, of[0]))
		if err != nil {
			return nil, err
		}
		if id != "" {
			all = append(all, "#/"+of[1]+"/"+id)
		}
	}
	return append(all, "#/publish", "#/accuracy", "#/data", "#/data?view=codes", "#/data?view=masks",
		"#/data?view=account", "#/data?view=calendar",
		"#/runs", "#/audit", "#/settings", "#/settings?view=people"), nil
}

// paints writes how long the pages take.
func paints(b *browser, times int, w io.Writer) error {
	all, err := pages(b)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%9s %9s  %s\n", "median ms", "worst ms", "largest contentful paint of")
	for _, page := range all {
		var took []time.Duration
		for range times {
			paint, err := b.paint(page)
			if err != nil {
				return fmt.Errorf("%s: %w", page, err)
			}
			took = append(took, paint)
		}
		slices.Sort(took)
		fmt.Fprintf(w, "%9d %9d  %s\n", took[len(took)/2].Milliseconds(), took[len(took)-1].Milliseconds(), page)
	}
	return nil
}

// frames writes how long frames are while the quarter-hours of everything are zoomed.
func frames(b *browser, w io.Writer) error {
	if err := b.showAllQuarterHours(); err != nil {
		return err
	}
	took, err := evaluate[[]float64](b, zoomOverAll)
	if err != nil {
		return err
	}
	slices.Sort(took)
	_, err = fmt.Fprintf(w, "frames while zooming over all quarter-hours: %d, median %.0f ms, 95th percentile %.0f ms, longest %.0f ms\n",
		len(took), took[len(took)/2], took[len(took)*95/100], took[len(took)-1])
	return err
}
