package smooth

// Race lets tests try two sets of constants at once.
func (s *Smoother) Race(y []float64, warm int, p [2]Params, toBeat float64) (first, second float64) {
	return s.race(y, warm, p, toBeat)
}
