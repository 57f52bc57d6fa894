package configs_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.yaml.in/yaml/v3"

	"oshirase/breach"
	"oshirase/configs"
)

const hunter2 = "hunter2-\"correct horse\"\n-battery"

// env holds one secret, and a word that is part of it.
func env(name string) (string, bool) {
	value, set := map[string]string{"SECRET": hunter2, "PART": "hunter2", "V": `{x: [y]}`}[name]
	return value, set
}

func TestVariablesExpandInValuesOnlyAndAreNoYAML(t *testing.T) {
	cfg, err := configs.Parse("c.yaml", []byte("data_dir: ${V}/$${V}\nhttp: {contact: '${PART}-${PART}'}\n"), env)
	if err != nil || cfg.DataDir != "{x: [y]}/${V}" || cfg.HTTP.Contact != "hunter2-hunter2" {
		t.Errorf("%+v, %v", cfg, err)
	}
	if _, err := configs.Parse("c.yaml", []byte("${V}: x\n"), env); err == nil || !strings.Contains(err.Error(), "unknown key") {
		t.Errorf("a variable as a key: %v", err)
	}
}

// secretive is a configuration with a secret at every place that takes one.
func secretive(t *testing.T) *configs.Config {
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(hunter2), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := configs.Parse("c.yaml", fmt.Appendf(nil, `
web: {listen: '0.0.0.0:1', token_file: %q}
nats: {listen: '0.0.0.0:2', subscribers: [{user: a, password: "${SECRET}"}, {user: b, password_file: %q}]}
receivers: [{id: r, kind: slack, webhook_url: "${SECRET}", key: %q}]
sources: [{id: s, kind: feed, url: "https://a.example/", key: "${SECRET}"}]
routes: [{to: ["${SECRET}"]}]
`, file, file, hunter2), env)
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Web.Token.Reveal() != hunter2 || cfg.NATS.Subscribers[0].Password.Reveal() != hunter2 || cfg.NATS.Subscribers[1].Password.Reveal() != hunter2 {
		t.Error("the secrets were not read")
	}
	var o struct {
		WebhookURL breach.Secret `yaml:"webhook_url"`
		Key        breach.Secret `yaml:"key"`
	}
	if faults := cfg.Receivers[0].Options.Decode(&o); faults != nil || o.WebhookURL.Reveal() != hunter2 || o.Key.Reveal() != hunter2 {
		t.Errorf("the receiver's secrets were not read: %v", faults)
	}
	return cfg
}

func TestNoDumpOfAConfigurationShowsASecret(t *testing.T) {
	cfg := secretive(t)
	encoded, jsonErr := json.Marshal(cfg)
	marshalled, yamlErr := yaml.Marshal(cfg)
	if err := errors.Join(jsonErr, yamlErr); err != nil {
		t.Fatal(err)
	}
	var logged bytes.Buffer
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("m", "cfg", cfg, "section", cfg.Receivers[0].Options)
	slog.New(slog.NewTextHandler(&logged, nil)).Info("m", "cfg", cfg, "section", cfg.Routes[0])
	log := zap.New(zapcore.NewCore(zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig()), zapcore.AddSync(&logged), zap.DebugLevel))
	log.Info("m", zap.Any("cfg", cfg), zap.Reflect("section", cfg.Routes[0]))
	for what, dump := range map[string]string{
		"%v":   fmt.Sprintf("%v %v %v", cfg, *cfg, cfg.Receivers[0].Options),
		"%+v":  fmt.Sprintf("%+v %+v %+v", cfg, *cfg, cfg.Receivers[0].Options),
		"%#v":  fmt.Sprintf("%#v %#v %#v", cfg, *cfg, cfg.Receivers[0].Options),
		"%s":   fmt.Sprintf("%s %x", []any{*cfg}, []any{*cfg}),
		"JSON": string(encoded), "YAML": string(marshalled), "log": logged.String(),
	} {
		if strings.Contains(dump, "hunter2") || strings.Contains(dump, "battery") || strings.Contains(dump, fmt.Sprintf("%x", "hunter2")) {
			t.Errorf("%s shows the secret: %s", what, dump)
		}
	}
}

// The variable with the secret stands where no secret belongs: at every key of
// the file in turn.
func TestNoFaultShowsWhatAVariableHolds(t *testing.T) {
	keys := []string{
		"data_dir", "time_zone", "language", "nats", "nats.url", "nats.listen", "nats.credentials_file", "nats.replicas", "nats.subject_prefix",
		"nats.subscribers", "http", "http.contact", "http.allow_private_addresses", "http.per_host", "http.per_host.interval", "http.per_host.concurrency",
		"http.timeout", "http.max_body_mib", "sources", "sources.id", "sources.kind", "sources.url", "sources.schedule", "sources.first_run", "sources.robots",
		"sources.documents", "sources.language", "sources.enabled", "sources.publisher", "sources.publisher.code", "sources.publisher.corporate_number",
		"watchlist", "watchlist.code", "watchlist.corporate_number", "receivers", "receivers.id", "receivers.language", "routes",
		"web", "web.listen", "web.token_file", "log", "log.level", "log.format", "classifier", "classifier.rules_dir", "retention", "document_wait", "shutdown_grace",
		"heartbeat", "evidence", "evidence.retention", "evidence.max_mib",
	}
	faulty := 0
	for _, key := range keys {
		for _, value := range []string{"${SECRET}", "${PART}${SECRET}x", "[\"${SECRET}\"]", "{a: \"${SECRET}\"}"} {
			text := value
			if !strings.HasPrefix(value, "[") && !strings.HasPrefix(value, "{") {
				text = `"` + value + `"`
			}
			parts := strings.Split(key, ".")
			for i := len(parts) - 1; i > 0; i-- {
				text = "{" + parts[i] + ": " + text + "}"
			}
			if len(parts) > 1 && (parts[0] == "sources" || parts[0] == "watchlist" || parts[0] == "receivers") {
				text = "[" + text + "]"
			}
			_, err := configs.Parse("c.yaml", []byte(parts[0]+": "+text+"\n"), env)
			if err == nil {
				continue
			}
			faulty++
			if message := err.Error(); strings.Contains(message, "hunter2") || strings.Contains(message, "battery") {
				t.Errorf("%s: %s: %s", key, text, message)
			}
		}
	}
	if faulty < 3*len(keys) {
		t.Errorf("only %d faults", faulty)
	}
	// The same holds for what a plug-in finds in its section later.
	var o options
	faults := secretive(t).Receivers[0].Options.Decode(&o)
	faults = append(faults, secretive(t).Sources[0].Options.Locate(breach.Fault{Key: "key", Message: "bad: " + hunter2}))
	if message := faults.Error(); strings.Contains(message, "hunter2") || strings.Contains(message, "battery") {
		t.Errorf("a section's fault: %s", message)
	}
}
