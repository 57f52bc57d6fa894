package configs_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"oshirase/configs"
)

// FuzzParse holds that no file makes the loader panic, that every fault has a
// line inside the file and a message, and that none shows a variable's value.
func FuzzParse(f *testing.F) {
	f.Add(configs.Example())
	f.Add([]byte("sources:\n  - {id: a, kind: feed, url: 'https://a.example/', schedule: 'TZ=0'}\nroutes: [{to: x}]\n"))
	f.Add([]byte("sources:\n-\nwatchlist: [~, {name: a}, *b]\n"))
	f.Add([]byte("a: &a [*a]"))
	f.Add([]byte("language: ${A}\r\n---\r\ntime_zone: !x ${A}\n"))
	f.Add([]byte("nats: {url: 'nats://${A}', listen: ':${A}', subscribers: [{user: &b ${A}}, *b]}\n"))
	f.Add([]byte("http: {allow_private_addresses: [10.0.0.0/8, ${A}], <<: {timeout: 5s}}\nretention: ${}\n"))
	f.Add([]byte("catalogue: [tse, ppc, ${A}]\nsources:\n- {id: ppc-press, schedule: ${A}, list: x}\n- {id: tdnet, kind: [b]}\nwatchlist: [{name: a, code: '3656'}, {code: 36560, ir_source: ${A}}]\n"))
	f.Add([]byte("catalogue: {ppc: true}\nsources: [{id: ppc-press, id: ppc-press}, &a {id: jpcert}, *a]\n"))
	const secret = "s3cr3t-hunter2"
	f.Fuzz(func(t *testing.T, data []byte) {
		_, err := configs.Parse("c.yaml", data, func(string) (string, bool) { return secret, true })
		if err == nil {
			return
		}
		faults, ok := err.(configs.Faults)
		if !ok || len(faults) == 0 {
			t.Fatalf("error %T %v", err, err)
		}
		lines := 1 + strings.Count(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n").Replace(string(data)), "\n")
		for _, fault := range faults {
			if fault.File != "c.yaml" || fault.Line < 1 || fault.Line > lines {
				t.Errorf("line %d of %d: %s", fault.Line, lines, fault)
			}
			if fault.Message == "" || (utf8.Valid(data) && !utf8.ValidString(fault.Message)) {
				t.Errorf("message %q", fault.Message)
			}
		}
		if strings.Contains(err.Error(), secret) && !strings.Contains(string(data), secret) {
			t.Errorf("the fault shows the variable: %v", err)
		}
	})
}
