package breach_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/invopop/jsonschema"

	"oshirase/breach"
)

var update = flag.Bool("update", false, "rewrite golden files")

func enum[T ~string](values []T) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "string"}
	for _, v := range values {
		s.Enum = append(s.Enum, v)
	}
	return s
}

// vocabulary are the closed sets; a schema names their ids.
var vocabulary = map[reflect.Type]*jsonschema.Schema{
	reflect.TypeFor[breach.Vector]():     enum(breach.Vectors()),
	reflect.TypeFor[breach.Severity]():   enum(breach.Severities()),
	reflect.TypeFor[breach.LeakStatus](): enum(breach.LeakStatuses()),
	reflect.TypeFor[breach.DataType]():   enum(breach.DataTypes()),
	reflect.TypeFor[breach.Stage]():      enum(breach.Stages()),
	reflect.TypeFor[breach.Authority]():  enum(breach.Authorities()),
	reflect.TypeFor[breach.AlertKind]():  enum(breach.AlertKinds()),
	reflect.TypeFor[breach.Outcome]():    enum(breach.Outcomes()),
}

// TestThePublishedSchemasAreThoseOfTheMessages keeps docs/schema, which
// subscribers validate against, with the types.
func TestThePublishedSchemasAreThoseOfTheMessages(t *testing.T) {
	t.Chdir("..") // comments are found below the module's root
	reflector := &jsonschema.Reflector{
		Anonymous: true, AllowAdditionalProperties: true, // a later version may add fields
		Mapper: func(r reflect.Type) *jsonschema.Schema { return vocabulary[r] },
	}
	if err := reflector.AddGoComments("oshirase", "./breach", jsonschema.WithFullComment()); err != nil {
		t.Fatal(err)
	}
	for typ, v := range map[string]any{
		breach.TypeNotice: breach.Notice{}, breach.TypeFinding: breach.Finding{},
		breach.TypeAlert: breach.Alert{}, breach.TypeDelivery: breach.Delivery{},
	} {
		schema := reflector.Reflect(v)
		schema.Title = typ
		got, err := json.MarshalIndent(schema, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, '\n')
		file := filepath.Join("docs", "schema", typ+".json")
		if *update {
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is not the schema of %T: a field was changed; one that is added belongs there too (go test ./breach -update)", file, v)
		}
	}
}
