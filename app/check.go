package app

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"oshirase/breach"
	"oshirase/classifier"
	"oshirase/configs"
	"oshirase/extract"
	"oshirase/fetch"
	"oshirase/notifier"
	"oshirase/watcher"
)

// Check validates what the plug-ins alone can: the sections of sources and
// receivers, and the routes. Every fault is in the error, a [configs.Faults].
func Check(cfg *configs.Config) error {
	_, faults := sources(cfg)
	_, more := receivers(cfg)
	faults = append(faults, more...)
	_, more = routes(cfg)
	return append(faults, more...).Err()
}

// CheckRules compiles and lints the classification rules, the user's own
// included. Its error joins every fault, each a [classifier.Fault] with file
// and line.
func CheckRules(cfg *configs.Config) error {
	c, err := NewClassifier(cfg)
	if err != nil {
		return err
	}
	var faults []error
	for _, f := range c.Lint() {
		faults = append(faults, f)
	}
	return errors.Join(faults...)
}

// NewClassifier compiles the shipped rules with the user's own layered over.
func NewClassifier(cfg *configs.Config) (*classifier.Classifier, error) {
	c := classifier.Config{Rules: configs.Rules()}
	if cfg.RulesDir != "" {
		info, err := os.Stat(cfg.RulesDir)
		if err != nil || !info.IsDir() {
			return nil, fmt.Errorf("classifier.rules_dir %q is no directory: correct the path", cfg.RulesDir)
		}
		c.Extra, c.ExtraName = os.DirFS(cfg.RulesDir), cfg.RulesDir
	}
	return classifier.New(c)
}

// NewReader makes the reader of documents.
func NewReader(cfg *configs.Config) *extract.Reader {
	return extract.NewReader(extract.ReaderConfig{CacheDir: pdfCache(cfg)})
}

func unknownKind[T any](s configs.Section, kind string, table map[string]T) configs.Fault {
	return s.Locate(breach.Fault{Key: "kind", Message: fmt.Sprintf("unknown kind %q: use %s", kind, strings.Join(slices.Sorted(maps.Keys(table)), ", "))})
}

// sources decodes every source's own section.
func sources(cfg *configs.Config) ([]watcher.Source, configs.Faults) {
	var list []watcher.Source
	var faults configs.Faults
	for _, s := range cfg.Sources {
		kind, known := sourceKinds[s.Kind]
		if !known {
			faults = append(faults, unknownKind(s.Options, s.Kind, sourceKinds))
			continue
		}
		lister, wrong := kind.lister(s.Options)
		if len(wrong) > 0 {
			faults = append(faults, wrong...)
			continue
		}
		documents := kind.documents
		if s.Documents != "" {
			documents = watcher.Documents(s.Documents)
		}
		list = append(list, watcher.Source{
			ID: s.ID, Kind: s.Kind, URL: s.URL, Publisher: s.Publisher, Language: s.Language, Schedule: s.Schedule,
			FirstRun: watcher.FirstRun(s.FirstRun), Documents: documents, Robots: fetch.Robots(s.Robots), Zone: cfg.TimeZone, Lister: lister,
		})
	}
	return list, faults
}

// receiver is a decoded receiver whose channel is not open yet.
type receiver struct {
	configs.Receiver
	open openChannel
}

// receivers decodes every receiver's own section.
func receivers(cfg *configs.Config) ([]receiver, configs.Faults) {
	var list []receiver
	var faults configs.Faults
	for _, r := range cfg.Receivers {
		kind, known := channels[r.Kind]
		if !known {
			faults = append(faults, unknownKind(r.Options, r.Kind, channels))
			continue
		}
		open, wrong := kind(r.Options)
		faults = append(faults, wrong...)
		list = append(list, receiver{r, open})
	}
	return list, faults
}

// routes decodes the routes and sees that they lead somewhere.
func routes(cfg *configs.Config) ([]notifier.Route, configs.Faults) {
	list := make([]notifier.Route, len(cfg.Routes))
	var faults configs.Faults
	for i, s := range cfg.Routes {
		faults = append(faults, s.Decode(&list[i])...)
	}
	var ids []string
	for _, r := range cfg.Receivers {
		ids = append(ids, r.ID)
	}
	for _, f := range notifier.Check(list, ids) {
		for i, s := range cfg.Routes {
			if rest, mine := strings.CutPrefix(f.Key, fmt.Sprintf("routes[%d].", i)); mine {
				rest, _, _ = strings.Cut(rest, "[")
				faults = append(faults, s.Locate(breach.Fault{Key: rest, Message: f.Message}))
			}
		}
	}
	return list, faults
}
