package ridge

import "math"

// Cholesky replaces the lower triangle of the symmetric p by p matrix a (row-major) by its factor L with a = L·Lᵀ.
// It returns false where a is not positive definite. It allocates nothing.
func Cholesky(a []float64, p int) bool {
	for i := range p {
		ri := a[i*p : i*p+i+1]
		for j := range i {
			rj := a[j*p : j*p+j+1]
			ri[j] = (ri[j] - dot(ri[:j], rj[:j])) / rj[j]
		}
		d := ri[i] - dot(ri[:i], ri[:i])
		if !(d > 0) {
			return false
		}
		ri[i] = math.Sqrt(d)
	}
	return true
}

// Solve replaces b by the solution of L·Lᵀ·x = b, where l came from Cholesky.
func Solve(l []float64, p int, b []float64) {
	for i := range p {
		b[i] = (b[i] - dot(l[i*p:i*p+i], b[:i])) / l[i*p+i]
	}
	for i := p - 1; i >= 0; i-- {
		b[i] /= l[i*p+i]
		bi := b[i]
		for j, v := range l[i*p : i*p+i] {
			b[j] -= v * bi
		}
	}
}

// dot sums in four strands, which a processor can overlap.
func dot(a, b []float64) float64 {
	var s0, s1, s2, s3 float64
	b = b[:len(a)]
	i := 0
	for ; i+4 <= len(a); i += 4 {
		s0 += a[i] * b[i]
		s1 += a[i+1] * b[i+1]
		s2 += a[i+2] * b[i+2]
		s3 += a[i+3] * b[i+3]
	}
	for ; i < len(a); i++ {
		s0 += a[i] * b[i]
	}
	return (s0 + s1) + (s2 + s3)
}
