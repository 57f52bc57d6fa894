package watcher

// The kinds of sources.
const (
	KindFeed        = "feed"
	KindPage        = "page"
	KindPPC         = "ppc"
	KindIR          = "ir"
	KindTDnet       = "tdnet"
	KindTDnetSearch = "tdnet-search"
	KindYanoshin    = "yanoshin"
)
