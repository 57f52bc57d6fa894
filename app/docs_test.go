package app_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"oshirase/app"
	"oshirase/configs"
)

// yamlBlock is an example of a page.
var yamlBlock = regexp.MustCompile("(?s)```yaml\n(.*?)```")

func TestTheExamplesOfTheReceiversPageAreSound(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "docs", "receivers.md"))
	if err != nil {
		t.Fatal(err)
	}
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("https://hooks.example.com/a-secret-of-a-good-length"), 0o600); err != nil {
		t.Fatal(err)
	}
	blocks := yamlBlock.FindAllStringSubmatch(string(page), -1)
	if len(blocks) == 0 {
		t.Fatal("the page has no example")
	}
	for _, block := range blocks {
		text := regexp.MustCompile(`/run/secrets/[a-z-]+`).ReplaceAllString(block[1], secret)
		cfg, err := configs.Parse("receivers.md", []byte(text), os.LookupEnv)
		if err != nil {
			t.Fatal(err)
		}
		if err := app.Check(cfg); err != nil {
			t.Error(err)
		}
		for _, r := range cfg.Receivers {
			if !strings.Contains(string(page), "| `"+r.Kind+"` |") {
				t.Errorf("the table lacks the kind %s", r.Kind)
			}
		}
	}
}
