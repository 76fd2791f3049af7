package contact

import (
	"math"
	"math/rand/v2"
)

// Mix turns a seed and the places of something (a day, a leaf) into one number, so
// that each thing has chance of its own whatever was drawn before it. It is the
// finaliser of SplitMix64 (Steele, Lea and Flood 2014) applied to each part in turn.
func Mix(seed uint64, parts ...uint64) uint64 {
	h := seed
	for _, p := range parts {
		h += p*0x9e3779b97f4a7c15 + 0x9e3779b97f4a7c15
		h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
		h = (h ^ h>>27) * 0x94d049bb133111eb
		h ^= h >> 31
	}
	return h
}

// Normal turns a mixed number into a draw from the standard normal distribution (Box and Muller 1958).
func Normal(h uint64) float64 {
	u := (float64(h>>11) + 0.5) / (1 << 53)
	v := float64(Mix(h, 1)>>11) / (1 << 53)
	return math.Sqrt(-2*math.Log(u)) * math.Cos(2*math.Pi*v)
}

// Poisson draws from the Poisson distribution with the mean, which may be any finite
// number; zero and below give 0. Large means are drawn in parts, whose sum is Poisson again.
func Poisson(r *rand.Rand, mean float64) int {
	const part = 30
	n := 0
	for ; mean > part; mean -= part {
		n += poisson(r, part)
	}
	return n + poisson(r, mean)
}

// poisson multiplies uniforms until they fall below exp(-mean) (Knuth 1969, section 3.4.1).
func poisson(r *rand.Rand, mean float64) int {
	if mean <= 0 {
		return 0
	}
	limit, n := math.Exp(-mean), 0
	for p := r.Float64(); p > limit; p *= r.Float64() {
		n++
	}
	return n
}

// logNormal draws from the log-normal distribution with the median and the standard deviation of the logarithm.
func logNormal(r *rand.Rand, median, sigma float64) float64 {
	return median * math.Exp(sigma*r.NormFloat64())
}
