package web

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// The colours of the style sheet, light and dark.
func palettes(t *testing.T) map[string]map[string]string {
	t.Helper()
	sheet, err := static.ReadFile("static/style.css")
	if err != nil {
		t.Fatal(err)
	}
	light, rest, found := strings.Cut(string(sheet), "@media (prefers-color-scheme: dark)")
	if !found {
		t.Fatal("the style sheet has no dark colours")
	}
	dark, _, _ := strings.Cut(rest, "}")
	out := map[string]map[string]string{"light": {"white": "#ffffff"}, "dark": {"white": "#ffffff"}}
	colour := regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]{3,6});`)
	for name, part := range map[string]string{"light": light, "dark": dark} {
		for _, m := range colour.FindAllStringSubmatch(part, -1) {
			out[name][m[1]] = m[2]
		}
	}
	return out
}

// luminance by WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	hex = hex[1:]
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

func TestEveryTextCanBeReadOnItsGround(t *testing.T) {
	const enough = 4.5 // WCAG AA
	pairs := map[string]string{"white": "critical-chip", "on-accent": "accent", "mine": "mine-wash card"}
	for _, text := range []string{"ink", "quiet", "accent"} {
		pairs[text] = "ground card sunk medium-wash critical-wash"
	}
	for _, text := range []string{"critical", "high", "medium", "low", "info"} {
		pairs[text] = text + "-wash card sunk"
	}
	pairs["ink"] += " mark mine-wash"
	pairs["well"] = "card"
	for mode, colours := range palettes(t) {
		for text, grounds := range pairs {
			for ground := range strings.FieldsSeq(grounds) {
				if colours[text] == "" || colours[ground] == "" {
					t.Fatalf("%s: no colour for %s on %s", mode, text, ground)
				}
				a, b := luminance(t, colours[text]), luminance(t, colours[ground])
				if ratio := (max(a, b) + 0.05) / (min(a, b) + 0.05); ratio < enough {
					t.Errorf("%s: %s on %s has a contrast of %.2f, less than %.1f", mode, text, ground, ratio, enough)
				}
			}
		}
	}
}
