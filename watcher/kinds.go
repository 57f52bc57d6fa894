package watcher

// The kinds of sources.
const (
	KindFeed  = "feed"
	KindPage  = "page"
	KindTDnet = "tdnet"
)
