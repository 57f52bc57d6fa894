package extract

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Backend is a service that fills a company's IR page by a script: the page's
// own HTML has no rows, and never changes.
type Backend struct {
	Kind    string   `json:"kind"`    // XJStorage, EIR or IRPocket
	Origin  string   `json:"origin"`  // https://www.xj-storage.jp
	Company string   `json:"company"` // its id there
	Paths   []string `json:"paths,omitempty"`
}

// The kinds of back ends.
const (
	XJStorage = "xj-storage"
	EIR       = "eir"
	IRPocket  = "irpocket"
)

var (
	xjPattern  = regexp.MustCompile(`(?:https?:)?//((?:www\.)?xj-storage\.jp)/(?:resources/([A-Z]{2}[0-9]{5}|[0-9]{5})/|public-list/GetList2?\.aspx\?[^"'<>\s]*company=([A-Z]{2}[0-9]{5}|[0-9]{5}))`)
	eirPattern = regexp.MustCompile(`(?:https?:)?//((?:ssl[0-9]|v[0-9])\.eir-parts\.net)(/V4Public/EIR/([0-9][0-9A-Z]{3})/ja/([a-z_]+)/[a-z_]+_[0-9]{1,3}\.(?:js|xml))`)
	eirHost    = regexp.MustCompile(`(?:https?:)?//((?:ssl[0-9]|v[0-9])\.eir-parts\.net)/`)
	eirCode    = regexp.MustCompile(`\beirCode\s*=\s*["']([0-9][0-9A-Z]{3})["']|eir-parts\.net/EIR/View\.aspx\?[^"'<>\s]*code=([0-9][0-9A-Z]{3})`)
	pocketList = regexp.MustCompile(`(?:https?:)?//(xml\.irpocket\.com)(/([A-Z]?[0-9]{4,5}[A-Z]?)/(?:JS|XML)/[A-Za-z0-9_-]+\.(?:js|rdf))`)
	pocketCode = regexp.MustCompile(`//(?:[a-z0-9-]+\.)?irpocket\.com/([A-Z]?[0-9]{4,5}[A-Z]?)/irpocket/(?:loader|config)\.js`)
)

// maxPaths bounds how many lists of one service are read for one page.
const maxPaths = 4

// Backends finds the services that fill a page, by the scripts that it loads.
func Backends(body []byte, contentType string) ([]Backend, error) {
	text, err := toUTF8(body, contentType)
	if err != nil {
		return nil, err
	}
	page := strings.ReplaceAll(string(text.text), "&amp;", "&")
	var found []Backend
	if m := xjPattern.FindStringSubmatch(page); m != nil {
		found = append(found, Backend{Kind: XJStorage, Origin: "https://" + m[1], Company: m[2] + m[3]})
	}
	if b, ok := eirBackend(page); ok {
		found = append(found, b)
	}
	if b, ok := pocketBackend(page); ok {
		found = append(found, b)
	}
	return found, nil
}

func eirBackend(page string) (Backend, bool) {
	b := Backend{Kind: EIR}
	for _, m := range eirPattern.FindAllStringSubmatch(page, 100) {
		// A list is there as a script and as a feed: one of them will do.
		script := strings.TrimSuffix(m[2], ".xml")
		known := slices.ContainsFunc(b.Paths, func(p string) bool {
			return strings.TrimSuffix(strings.TrimSuffix(p, ".js"), ".xml") == strings.TrimSuffix(script, ".js")
		})
		if b.Company != "" && b.Company != m[3] || known || len(b.Paths) == maxPaths {
			continue
		}
		b.Origin, b.Company, b.Paths = "https://"+m[1], m[3], append(b.Paths, m[2])
	}
	if b.Company != "" {
		return b, true
	}
	host := eirHost.FindStringSubmatch(page)
	code := eirCode.FindStringSubmatch(page)
	if host == nil || code == nil {
		return b, false
	}
	// The number of the list is known to the company's script only; the service
	// also renders the list as a page.
	b.Origin, b.Company = "https://"+host[1], code[1]+code[2]
	b.Paths = []string{"/EIR/View.aspx?cat=announcement&code=" + b.Company}
	return b, true
}

func pocketBackend(page string) (Backend, bool) {
	b := Backend{Kind: IRPocket}
	for _, m := range pocketList.FindAllStringSubmatch(page, 100) {
		if b.Company != "" && b.Company != m[3] || slices.Contains(b.Paths, m[2]) || len(b.Paths) == maxPaths {
			continue
		}
		b.Origin, b.Company, b.Paths = "https://"+m[1], m[3], append(b.Paths, m[2])
	}
	if b.Company != "" {
		return b, true
	}
	m := pocketCode.FindStringSubmatch(page)
	if m == nil {
		return b, false
	}
	b.Origin, b.Company = "https://xml.irpocket.com", m[1]
	b.Paths = []string{"/" + m[1] + "/JS/ir-all-all.js"}
	return b, true
}

// Addresses are those of the lists at a time. origin replaces the service's own
// unless it is empty.
func (b Backend) Addresses(at time.Time, origin string) []string {
	if origin == "" {
		origin = b.Origin
	}
	origin = strings.TrimSuffix(origin, "/")
	if b.Kind == XJStorage {
		at = at.In(Japan)
		// fdate is the newest day and pdate the oldest.
		query := url.Values{
			"company": {b.Company}, "len": {"10000"}, "output": {"json"}, "callback": {"cb"},
			"fdate": {at.AddDate(0, 0, 1).Format("20060102")}, "pdate": {at.Add(-irSpan).Format("20060102")},
		}
		return []string{origin + "/public-list/GetList.aspx?" + query.Encode()}
	}
	var list []string
	for _, p := range b.Paths {
		list = append(list, origin+p)
	}
	return list
}
