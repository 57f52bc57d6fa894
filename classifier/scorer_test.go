package classifier

import (
	"slices"
	"testing"
)

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
		t.Error("no sum is negative: nothing is lent between sums")
	}
	for _, four := range [][4]int32{{1, 2, 3, 4}, {-1, 2, -3, 4}, {1, -2, 3, -4}, {-1, -2, -3, -4}, {mostOfFour, -mostOfFour, mostOfFour, -mostOfFour}, {-mostOfFour, -mostOfFour, -mostOfFour, -mostOfFour}} {
		sum := fourSums(0)
		for lane, part := range four {
			sum += inLane(lane, part)
		}
		if got := sum.parts(); got != four {
			t.Errorf("%v comes back as %v", four, got)
		}
	}
}

func TestWeightsTooLargeToAddTogetherAreAddedOneByOne(t *testing.T) {
	c := shipped(t)
	r := c.pool.Get().(*reading)
	defer c.pool.Put(r)
	r.open(notice("不正アクセスのお知らせ", long(4<<10)), false)
	b := r.gather(&r.title, window{0, len(r.text.sentences)}, true)
	want := c.scorer.score(b, nil)
	alone := *c.scorer
	alone.atOnce = 0
	if got := alone.score(b, nil); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
