package sizing

import "github.com/wrapcast/wrapcast/internal/source"

// Estimate plays the planner through as if every answer were as predicted. Nothing is left of it after that.
func (p *Planner) Estimate(name string) source.QueryEstimate {
	e := source.QueryEstimate{Name: name, MaxDays: float64(min(p.limits.safe(), p.longest)) / 96}
	if p.limits.TooManyRows > 0 {
		e.MaxRows = p.limits.MaxRows
	}
	for _, s := range p.left {
		e.Min += p.minPieces(s)
		e.Rows += int(p.Rows(s))
	}
	for piece, ok := p.Next(); ok; piece, ok = p.Next() {
		e.Requests++
		e.MaxDays = max(e.MaxDays, float64(piece.Length())/96)
		p.arrived(piece)
		p.limits.answered(piece.Length(), 0)
	}
	return e
}

// minPieces is the fewest pieces a span can be had in: each as long as was ever given, with as many rows.
func (p *Planner) minPieces(s Span) (pieces int) {
	longest := p.longest
	if p.limits.TooLong > 0 {
		longest = min(longest, p.limits.safe())
	}
	bound := p.limits.TooManyRows > 0 && p.Known()
	length, rows := longest, 0.0
	for n := range s.Length() {
		here := 0.0
		if bound {
			here = p.at(s.From.Add(Quarters(n)))
		}
		if length == longest || bound && rows+here > float64(p.limits.MaxRows) {
			pieces, length, rows = pieces+1, 0, 0
		}
		length, rows = length+1, rows+here
	}
	return pieces
}
