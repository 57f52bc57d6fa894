package classifier

import "testing"

func TestTheSumsOfACaseAreThoseOfItsWeights(t *testing.T) {
	c := shipped(t)
	r := c.pool.Get().(*reading)
	defer c.pool.Put(r)
	r.open(notice("不正アクセスのお知らせ", long(4<<10)), false)
	b := r.gather(&r.title, window{0, len(r.text.sentences)}, true)
	scores := c.scorer.score(b, nil)
	negative := false
	for o := caseOutputs.first; o < titleOutputs.first; o++ {
		want := c.scorer.one(b, o)
		if scores[o] != want {
			t.Errorf("%s: %d, want %d", Outputs()[o], scores[o], want)
		}
		negative = negative || want < 0
	}
	if !negative {
		t.Error("no sum is negative: nothing is lent between two")
	}
	for _, two := range [][2]int32{{1, 2}, {-1, 2}, {1, -2}, {-1, -2}, {1 << 30, -1 << 30}} {
		if lower, upper := pair(two[0], two[1]).parts(); lower != two[0] || upper != two[1] {
			t.Errorf("%v comes back as %d, %d", two, lower, upper)
		}
	}
}
