//go:build race

package train

// underRace tells that the race detector watches, which makes the sums of a whole
// training ten times as slow.
const underRace = true
