package web_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"oshirase/breach"
	"oshirase/web"
)

// description is the served OpenAPI file.
type description struct {
	t       testing.TB
	Paths   map[string]map[string]operation `yaml:"paths"`
	Schemas map[string]*schema
}

type operation struct {
	Responses map[string]struct {
		Ref     string `yaml:"$ref"`
		Content map[string]struct {
			Schema *schema `yaml:"schema"`
		} `yaml:"content"`
	} `yaml:"responses"`
}

type schema struct {
	Ref        string             `yaml:"$ref"`
	Type       any                `yaml:"type"`
	Format     string             `yaml:"format"`
	Enum       []string           `yaml:"enum"`
	Required   []string           `yaml:"required"`
	Properties map[string]*schema `yaml:"properties"`
	Items      *schema            `yaml:"items"`
	Additional *schema            `yaml:"additionalProperties"`
	Minimum    *float64           `yaml:"minimum"`
}

func describeAPI(t testing.TB, root string) *description {
	t.Helper()
	got := get(t, root+"/api/v1/openapi.yaml")
	d := &description{t: t}
	file := struct {
		*description `yaml:",inline"`
		OpenAPI      string `yaml:"openapi"`
		Components   struct {
			Schemas map[string]*schema `yaml:"schemas"`
		} `yaml:"components"`
	}{description: d}
	if err := yaml.Unmarshal([]byte(got.body), &file); err != nil || file.OpenAPI != "3.1.0" {
		t.Fatalf("openapi %q: %v", file.OpenAPI, err)
	}
	d.Schemas = file.Components.Schemas
	return d
}

func (d *description) resolve(s *schema) *schema {
	if name, is := strings.CutPrefix(s.Ref, "#/components/schemas/"); is {
		if d.Schemas[name] == nil {
			d.t.Fatalf("the description names no schema %s", name)
		}
		return d.Schemas[name]
	}
	return s
}

// check lists what is wrong with a value; a property that the schema does not
// name is wrong, so that the description stays complete.
func (d *description) check(at string, s *schema, v any) (wrong []string) {
	s = d.resolve(s)
	kinds := []string{}
	switch t := s.Type.(type) {
	case string:
		kinds = append(kinds, t)
	case []any:
		for _, k := range t {
			kinds = append(kinds, fmt.Sprint(k))
		}
	}
	kind := ""
	switch v := v.(type) {
	case nil:
		kind = "null"
	case bool:
		kind = "boolean"
	case string:
		kind = "string"
		if s.Format == "date-time" {
			if _, err := time.Parse(time.RFC3339, v); err != nil {
				wrong = append(wrong, at+": no time: "+v)
			}
		}
		if s.Enum != nil && !slices.Contains(s.Enum, v) {
			wrong = append(wrong, at+": not in the vocabulary: "+v)
		}
	case float64:
		kind = "number"
		if slices.Contains(kinds, "integer") && v == float64(int64(v)) {
			kind = "integer"
		}
		if s.Minimum != nil && v < *s.Minimum {
			wrong = append(wrong, at+": below the minimum")
		}
	case []any:
		kind = "array"
		for i, item := range v {
			wrong = append(wrong, d.check(fmt.Sprintf("%s[%d]", at, i), s.Items, item)...)
		}
	case map[string]any:
		kind = "object"
		for _, name := range s.Required {
			if _, has := v[name]; !has {
				wrong = append(wrong, at+": lacks "+name)
			}
		}
		for name, value := range v {
			property := s.Properties[name]
			if property == nil {
				property = s.Additional
			}
			if property == nil {
				wrong = append(wrong, at+": is not described: "+name)
				continue
			}
			wrong = append(wrong, d.check(at+"."+name, property, value)...)
		}
	}
	if !slices.Contains(kinds, kind) {
		wrong = append(wrong, fmt.Sprintf("%s: is %s, described as %v", at, kind, s.Type))
	}
	return wrong
}

func TestWhatTheAPISendsIsWhatItsDescriptionSays(t *testing.T) {
	s := story(t)
	cfg := config(s.book)
	root := serve(t, cfg)
	d := describeAPI(t, root)
	alerts, err := s.book.Alerts(t.Context(), breach.AlertQuery{Limit: 500})
	if err != nil {
		t.Fatal(err)
	}
	type call struct{ path, described, status string }
	calls := []call{
		{"/api/v1/alerts?limit=200", "/api/v1/alerts", "200"},
		{"/api/v1/alerts?limit=2", "/api/v1/alerts", "200"},
		{"/api/v1/alerts?kind=ops", "/api/v1/alerts", "200"},
		{"/api/v1/deliveries", "/api/v1/deliveries", "200"},
		{"/api/v1/deliveries?limit=1&current=true&outcome=sent", "/api/v1/deliveries", "200"},
		{"/api/v1/sources", "/api/v1/sources", "200"},
		{"/api/v1/incidents/" + grown(t, s), "/api/v1/incidents/{id}", "200"},
	}
	for _, a := range alerts {
		calls = append(calls, call{"/api/v1/alerts/" + a.ID, "/api/v1/alerts/{id}", "200"})
	}
	for _, c := range calls {
		got := get(t, root+c.path)
		if fmt.Sprint(got.status) != c.status || got.header.Get("Content-Type") != "application/json" {
			t.Fatalf("%s: %d %s", c.path, got.status, got.header.Get("Content-Type"))
		}
		var v any
		if err := json.Unmarshal([]byte(got.body), &v); err != nil {
			t.Fatal(err)
		}
		response := d.Paths[c.described]["get"].Responses[c.status]
		for _, wrong := range d.check(c.path, response.Content["application/json"].Schema, v) {
			t.Error(wrong)
		}
	}
	problem := get(t, root+"/api/v1/alerts?limit=x")
	var v any
	if err := json.Unmarshal([]byte(problem.body), &v); err != nil {
		t.Fatal(err)
	}
	for _, wrong := range d.check("problem", d.Schemas["Problem"], v) {
		t.Error(wrong)
	}
}

// The messages of a story do not fill every field, so the fields are compared
// with the types too.
func TestEveryFieldOfAMessageIsDescribed(t *testing.T) {
	d := describeAPI(t, serve(t, config(newShelf(t).book)))
	for name, v := range map[string]any{
		"Alert": breach.Alert{}, "Incident": breach.Incident{}, "Member": breach.Member{}, "Case": breach.Case{}, "NoticeHead": breach.NoticeHead{},
		"Finding": breach.Finding{}, "Delivery": breach.Delivery{}, "Count": breach.Count{}, "Date": breach.Date{}, "ENISA": breach.ENISA{},
		"Quote": breach.Quote{}, "RuleHit": breach.RuleHit{}, "Change": breach.Change{}, "OpsEvent": breach.OpsEvent{},
		"Publisher": breach.Publisher{}, "WatchlistMatch": breach.WatchlistMatch{}, "Source": web.Source{},
	} {
		var fields, required []string
		for field := range reflect.TypeOf(v).Fields() {
			key, options, _ := strings.Cut(field.Tag.Get("json"), ",")
			fields = append(fields, key)
			if options == "" {
				required = append(required, key)
			}
		}
		var described []string
		for key := range d.Schemas[name].Properties {
			described = append(described, key)
		}
		slices.Sort(fields)
		slices.Sort(described)
		slices.Sort(required)
		if diff := cmp.Diff(fields, described); diff != "" {
			t.Errorf("properties of %s: %s", name, diff)
		}
		if diff := cmp.Diff(required, slices.Sorted(slices.Values(d.Schemas[name].Required))); diff != "" {
			t.Errorf("required in %s: %s", name, diff)
		}
	}
	for name, ids := range map[string][]string{
		"Severity": texts(breach.Severities()), "Vector": texts(breach.Vectors()), "DataType": texts(breach.DataTypes()), "Authority": texts(breach.Authorities()),
		"AlertKind": texts(breach.AlertKinds()), "Outcome": texts(breach.Outcomes()),
		"LeakStatus": append(texts(breach.LeakStatuses()), ""), "Stage": append(texts(breach.Stages()), ""),
	} {
		if diff := cmp.Diff(ids, d.Schemas[name].Enum); diff != "" {
			t.Errorf("ids of %s: %s", name, diff)
		}
	}
	if diff := cmp.Diff(web.SourceStates(), d.Schemas["Source"].Properties["state"].Enum); diff != "" {
		t.Error(diff)
	}
}

func texts[T ~string](ids []T) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return out
}

func TestTheAPIIsPagedToTheEnd(t *testing.T) {
	s := story(t)
	root := serve(t, config(s.book))
	for path, key := range map[string]string{"/api/v1/alerts?limit=4": "alerts", "/api/v1/deliveries?limit=2": "deliveries"} {
		seen := map[string]bool{}
		total := 0
		for next := path; next != ""; {
			var page map[string]json.RawMessage
			if err := json.Unmarshal([]byte(get(t, root+next).body), &page); err != nil {
				t.Fatal(err)
			}
			var rows []struct {
				ID string `json:"id"`
			}
			if err := json.Unmarshal(page[key], &rows); err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				seen[r.ID] = true
				total++
			}
			next = ""
			if raw := page["next"]; raw != nil {
				if err := json.Unmarshal(raw, &next); err != nil {
					t.Fatal(err)
				}
			}
		}
		want := map[string]int{"alerts": 24, "deliveries": 7}[key]
		if len(seen) != want || total != want {
			t.Errorf("%s: %d rows, %d different, want %d", key, total, len(seen), want)
		}
	}
}
