package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"oshirase/configs"
)

type sourcesCmd struct {
	configFlag
	Names  []string `arg:"" optional:"" name:"name" help:"Only these sources, by id or group."`
	Format string   `help:"table for eyes, ndjson for machines." enum:"table,ndjson" default:"table"`
}

// Help implements [kong.HelpProvider].
func (*sourcesCmd) Help() string {
	return `A source of the catalogue is switched on by its id or one of its groups: catalogue: [ppc, security-news, jpcert]. ON tells which the configuration watches.

Examples:

	oshirase sources                          the whole catalogue
	oshirase sources ppc tse                  two groups
	oshirase sources -c oshirase.yaml --format ndjson`
}

// sourceRow is one source of the catalogue.
type sourceRow struct {
	ID        string   `json:"id"`
	On        bool     `json:"on"`
	Groups    []string `json:"groups"`
	Kind      string   `json:"kind"`
	Schedule  string   `json:"schedule"`
	Language  string   `json:"language"`
	Publisher string   `json:"publisher,omitempty"`
	Code      string   `json:"code,omitempty"`
	URL       string   `json:"url"`
	Notes     string   `json:"notes"`
	Terms     string   `json:"terms,omitempty"`
	ByName    bool     `json:"by_name,omitempty"`
}

// Run lists the shipped sources.
func (c *sourcesCmd) Run(_ context.Context, std *streams) error {
	cfg, err := c.load()
	if err != nil {
		return err
	}
	entries, err := configs.Catalogue()
	if err != nil {
		return err
	}
	rows, err := c.rows(cfg, entries)
	if err != nil {
		return err
	}
	if c.Format == "ndjson" {
		encoder := json.NewEncoder(std.out)
		for _, r := range rows {
			if err := encoder.Encode(r); err != nil {
				return err
			}
		}
		return nil
	}
	tab := tabwriter.NewWriter(std.out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(tab, "ID\tON\tGROUPS\tKIND\tSCHEDULE\tLANGUAGE\tURL\tNOTES")
	for _, r := range rows {
		on := ""
		if r.On {
			on = "yes"
		}
		fmt.Fprintf(tab, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.ID, on, strings.Join(r.Groups, ","), r.Kind, r.Schedule, r.Language, r.URL, strings.TrimSpace(r.Notes+" "+r.Terms))
	}
	return tab.Flush()
}

func (c *sourcesCmd) rows(cfg *configs.Config, entries []configs.Entry) ([]sourceRow, error) {
	var rows []sourceRow
	used := map[string]bool{}
	for _, e := range entries {
		wanted := len(c.Names) == 0
		for _, name := range c.Names {
			if name == e.ID || slices.Contains(e.Groups, name) {
				wanted, used[name] = true, true
			}
		}
		if !wanted {
			continue
		}
		rows = append(rows, sourceRow{
			ID: e.ID, On: slices.ContainsFunc(cfg.Sources, func(s configs.Source) bool { return s.ID == e.ID }), Groups: e.Groups,
			Kind: e.Kind, Schedule: e.ScheduleText, Language: e.Language, Publisher: e.Publisher.Name, Code: e.Publisher.Code,
			URL: e.URL, Notes: e.Notes.In(cfg.Language), Terms: e.Terms.In(cfg.Language), ByName: e.ByName,
		})
	}
	for _, name := range c.Names {
		if !used[name] {
			return nil, usageError{fmt.Errorf("%q is no source and no group of the catalogue: oshirase sources lists them all", name)}
		}
	}
	return rows, nil
}
