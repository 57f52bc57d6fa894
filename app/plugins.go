package app

import (
	"io"

	"oshirase/breach"
	"oshirase/configs"
	"oshirase/notifier"
	"oshirase/notifier/console"
	"oshirase/notifier/email"
	"oshirase/notifier/file"
	"oshirase/notifier/slack"
	"oshirase/notifier/webhook"
	"oshirase/watcher"
)

// sourceKind makes the lister of one kind of source from its section.
type sourceKind struct {
	lister    func(configs.Section) (watcher.Lister, configs.Faults)
	documents watcher.Documents // the default policy
}

// sourceKinds is the table of source kinds: a new kind is a line here.
var sourceKinds = map[string]sourceKind{
	watcher.KindFeed:        {noOptions(watcher.Feed{}), watcher.DocumentsAll},
	watcher.KindTDnet:       {withOptions[watcher.TDnet](), watcher.DocumentsScreened},
	watcher.KindTDnetSearch: {withOptions[watcher.TDnetSearch](), watcher.DocumentsScreened},
	watcher.KindYanoshin:    {withOptions[watcher.Yanoshin](), watcher.DocumentsScreened},
	watcher.KindPage:        {withOptions[watcher.Page](), watcher.DocumentsAll},
	watcher.KindIR:          {withOptions[watcher.IR](), watcher.DocumentsAll},
	watcher.KindPPC:         {noOptions(watcher.PPC{}), watcher.DocumentsAll},
}

// noOptions is a kind without keys of its own.
func noOptions(l watcher.Lister) func(configs.Section) (watcher.Lister, configs.Faults) {
	return func(s configs.Section) (watcher.Lister, configs.Faults) { return l, s.Decode(&struct{}{}) }
}

// withOptions is a kind whose lister is decoded from its section.
func withOptions[L any, P interface {
	*L
	watcher.Lister
}]() func(configs.Section) (watcher.Lister, configs.Faults) {
	return func(s configs.Section) (watcher.Lister, configs.Faults) {
		lister := P(new(L))
		return lister, s.Decode(lister)
	}
}

// openChannel makes a channel; console receivers write to out.
type openChannel func(out io.Writer) (notifier.Channel, error)

// channel decodes a channel's section.
type channel func(s configs.Section) (openChannel, configs.Faults)

// channels is the table of receiver kinds: a new channel is a line here.
var channels = map[string]channel{
	"slack":   of(func(c slack.Config, _ io.Writer) (notifier.Channel, error) { return slack.New(c) }),
	"email":   of(func(c email.Config, _ io.Writer) (notifier.Channel, error) { return email.New(c) }),
	"webhook": of(func(c webhook.Config, _ io.Writer) (notifier.Channel, error) { return webhook.New(c) }),
	"file":    of(func(c file.Config, _ io.Writer) (notifier.Channel, error) { return file.New(c) }),
	"console": of(func(c console.Config, out io.Writer) (notifier.Channel, error) { return console.New(c, out) }),
}

// of binds a channel's own configuration and constructor.
func of[C interface{ Validate() []breach.Fault }](open func(C, io.Writer) (notifier.Channel, error)) channel {
	return func(s configs.Section) (openChannel, configs.Faults) {
		config := new(C)
		if faults := s.Decode(config); len(faults) > 0 {
			return nil, faults
		}
		var faults configs.Faults
		for _, f := range (*config).Validate() {
			faults = append(faults, s.Locate(f))
		}
		return func(out io.Writer) (notifier.Channel, error) { return open(*config, out) }, faults
	}
}
