package app

import (
	"fmt"
	"slices"

	"oshirase/configs"
)

// Remarks are what the operator of a valid configuration should know and no
// fault.
func Remarks(cfg *configs.Config) []string { return append(watched(cfg), told(cfg)...) }

func watched(cfg *configs.Config) []string {
	if len(cfg.Sources) == 0 {
		return append(slices.Clone(cfg.Remarks), "no source is watched: name some under catalogue (oshirase sources lists them) or sources")
	}
	return slices.Clone(cfg.Remarks)
}

func told(cfg *configs.Config) []string {
	led := map[string]bool{}
	list, _ := routes(cfg) // valid, or Check has told
	for _, route := range list {
		for _, id := range route.To {
			led[id] = true
		}
	}
	if len(led) == 0 {
		return []string{"nobody is told: name receivers, and routes that lead to them"}
	}
	var remarks []string
	for _, r := range cfg.Receivers {
		if !led[r.ID] {
			remarks = append(remarks, fmt.Sprintf("receiver %s is told nothing: no route leads to it", r.ID))
		}
	}
	return remarks
}
