package staffing

// ByReason shares heads out to the reasons they are needed for, whose work is given (handle times, in any unit, none
// negative): what each has of the work. The shares add up to the heads to the last digit that adding keeps, none is
// negative, and no order of the reasons changes any; without any work all are 0.
//
// Rule: Aumann-Shapley. Heads n(a) are not additive in the load a = a₁ + … + aₖ, so that "what would be saved without
// it" adds up to less than the whole. Let all reasons grow together from nothing to what they are, and charge each, all
// along the way, for what its growth adds: aᵢ ∫₀¹ n'(t·a) dt = n(a) · aᵢ/a. It is the only rule that adds up, treats
// work of one kind alike whatever it is called, and charges nothing to who adds nothing (R. Aumann, L. Shapley, Values
// of Non-Atomic Games, 1974; L. Billera, D. Heath 1982).
//
// Limits: the mean handle time is taken for that of the mix, at which n(a) is counted. A reason of long contacts is not
// charged for making it longer.
func ByReason(heads float64, work []float64) []float64 {
	shares := make([]float64, len(work))
	sum, largest := 0.0, 0
	for i, w := range work {
		sum += w
		if w > work[largest] {
			largest = i
		}
	}
	if !(sum > 0) {
		return shares
	}
	left := heads
	for i, w := range work {
		if i != largest {
			shares[i] = heads * w / sum
			left -= shares[i]
		}
	}
	shares[largest] = left // what rounding left in the last digit is where it matters least
	return shares
}

// SurerByReason shares out what it costs to be surer (heads or hours beyond what is expected): each reason's part in
// the scatter of the whole, its covariance with the sum over the paths. It adds up, no order changes it, and a reason
// that is low when the others are high may save some: then its part is negative. work has a row per reason with one
// value per path.
//
// Rule: Aumann-Shapley again, on the standard deviation of the sum (Euler's rule; D. Tasche 1999; M. Denault 2001).
func SurerByReason(surer float64, work [][]float64) []float64 {
	parts := make([]float64, len(work))
	if len(work) == 0 || len(work[0]) == 0 {
		return parts
	}
	all, n := make([]float64, len(work[0])), float64(len(work[0]))
	for _, row := range work {
		for k, w := range row {
			all[k] += w
		}
	}
	mean, variance := meanOf(all), 0.0
	for k := range all {
		all[k] -= mean
		variance += all[k] * all[k] / n
	}
	if !(variance > 0) {
		return parts
	}
	for i, row := range work {
		covariance := 0.0
		for k, w := range row {
			covariance += w * all[k] / n
		}
		parts[i] = surer * covariance / variance
	}
	return parts
}

func meanOf(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}
