package demand

import "testing"

func TestHandleTimesAreShrunkTowardsCodeTimesQueueAndChannel(t *testing.T) {
	t.Parallel()
	h := historyOf(
		leafOf("phone", "refund", 100, 30), // 3000 seconds
		leafOf("phone", "billing", 400, 10),
		byChat(leafOf("chat", "refund", 300, 30)),
		byChat(leafOf("chat", "billing", 1, 0)),
		leafOf("phone", "new", 1, 0),
	)
	p := panelOf(t, h, shopDirectory())
	// Refund takes 12000/60 = 200 seconds, billing 400. The phone took 7000 where its codes
	// take 30·200+10·400 = 10000: 0.7; chat 9000 where they take 6000: 1.5. Thirty contacts' worth of prior each:
	wantFigures(t, "seconds", p.handleTimes(),
		120, // (3000 + 30·140)/60
		310, // (4000 + 30·280)/40
		300, // (9000 + 30·300)/60
		600, // never: 400·1.5
		0,   // nothing known of the code
	)
}

func TestAChannelThatTookNoTimeSaysNothingOfItsCodes(t *testing.T) {
	t.Parallel()
	h := historyOf(leafOf("phone", "refund", 100, 30), byChat(leafOf("chat", "refund", 0, 30)))
	// Refund takes 3000/60 = 50 seconds; the phone twice that, (3000+30·100)/60; chat is shrunk towards 50,
	// (0+30·50)/60.
	wantFigures(t, "seconds", panelOf(t, h, shopDirectory()).handleTimes(), 100, 25)
}

func TestHandleTimesOfLateCountMore(t *testing.T) {
	t.Parallel()
	h := historyOf(LeafHistory{Handled: []float64{100, 100}, Seconds: []float64{10000, 30000}})
	// Each day 0.97 of the one after it, and the prior is what it comes to itself: (30000+9700)/197.
	wantFigures(t, "seconds", panelOf(t, h, shopDirectory()).handleTimes(), 39700.0/197)
}

func TestSharesFadeAndAddUp(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		values []float64
		want   float64
	}{{[]float64{100, 97}, 194}, {[]float64{100, nan}, 97}, {[]float64{100, -5, 0}, 94.09}, {nil, 0}} {
		if got := fadingSum(c.values); !closeTo(got, c.want) {
			t.Errorf("%v fade to %g, want %g", c.values, got, c.want)
		}
	}
	shares := []float64{1, 3}
	normalise(shares)
	wantFigures(t, "shares", shares, 0.25, 0.75)
	shares = []float64{0, 0, 0, 0}
	normalise(shares)
	wantFigures(t, "shares of nothing", shares, 0.25, 0.25, 0.25, 0.25)
}

func TestACodeIsSharedOutByItsFadingShares(t *testing.T) {
	t.Parallel()
	h := historyOf(leafOf("z", "billing", 1, 9, 9), leafOf("a", "refund", 1, 0, 97), leafOf("b", "refund", 1, 300, 0))
	leaves, shares := spread(h, h.Codes()[1], []float64{8, 16}, []float64{1, 50, 70})
	wantFigures(t, "shares", shares, 0.25, 0.75) // 97, and 300·0.97
	wantFigures(t, "a", leaves[0].Mean, 2, 4)
	wantFigures(t, "b", leaves[1].Mean, 6, 12)
	wantFigures(t, "seconds of b", leaves[1].HandleSeconds, 70, 70)
	if leaves[0].Leaf.Queue != "a" || leaves[1].Leaf.Queue != "b" {
		t.Errorf("%+v", leaves)
	}
}
