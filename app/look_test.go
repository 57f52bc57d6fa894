package app_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"oshirase/app"
)

func TestAnAddressOfTheCatalogueIsToldAsSuch(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel() // nobody is asked
	for address, want := range map[string]string{
		"https://www.ppc.go.jp/information/":                 "write catalogue: [ppc-information] instead",
		"https://www.ppc.go.jp/":                             "the catalogue has a source at this host: ppc-information, kind ppc",
		"https://www.release.tdnet.info/inbs/I_main_00.html": "tdnet, kind tdnet",
		"https://xml.irpocket.com/9999/XML/release-all.rdf":  "",
		"https://acme.example/news/":                         "",
	} {
		look, err := app.LookAt(ended, load(t, ""), "test", address)
		if err == nil {
			t.Fatalf("%s: asked although the work has ended", address)
		}
		if told := strings.Join(look.Notes, "\n"); !strings.Contains(told, want) || (want == "" && told != "") {
			t.Errorf("%s: notes %q, want %q", address, told, want)
		}
	}
}

func TestASourceOfTheCatalogueIsPolledAlsoWhereItIsOff(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel() // nobody is asked
	cfg := load(t, "catalogue: [ppc]\n")
	if _, err := app.Poll(ended, cfg, "test", "rocket-boys"); err == nil || errors.Is(err, app.ErrUnknownSource) || !strings.Contains(err.Error(), `source "rocket-boys"`) {
		t.Errorf("error %v", err)
	}
	if _, err := app.Poll(ended, cfg, "test", "rocket-boyz"); !errors.Is(err, app.ErrUnknownSource) {
		t.Errorf("error %v", err)
	}
}
