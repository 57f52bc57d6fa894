package watcher

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"oshirase/breach"
	"oshirase/extract"
)

// Yanoshin lists the TSE's disclosures of today and yesterday through yanoshin's
// API, for those who may not poll the TSE's own list. It is some minutes late,
// and a private service that may end. Notices have the keys that [TDnet] gives.
type Yanoshin struct {
	// Limit is how many rows are asked for; 9999. The service's own limit is 300,
	// less than a busy day has.
	Limit int `yaml:"limit"`
	// PermanentCopy is where the exchange keeps each document for ten years;
	// https://www2.jpx.co.jp/disc/ for webapi.yanoshin.jp, none for any other.
	PermanentCopy string `yaml:"permanent_copy"`
}

const yanoshinHost = "webapi.yanoshin.jp"

// Validate reports options that cannot work.
func (y *Yanoshin) Validate() []breach.Fault {
	faults := addressFault("permanent_copy", y.PermanentCopy)
	if y.Limit < 0 || y.Limit > 9999 {
		faults = append(faults, breach.Fault{Key: "limit", Message: "must be from 1 to 9999"})
	}
	return faults
}

// List implements [Lister]. The address is that of the service's lists,
// …/webapi/tdnet/list/, or of one of its conditions, ending in .json or .json2.
func (y *Yanoshin) List(ctx context.Context, ask Ask) (Listed, error) {
	base, err := url.Parse(ask.Source.URL)
	if err != nil {
		return Listed{}, fmt.Errorf("url: %w", err)
	}
	address := *base
	if !strings.HasSuffix(address.Path, ".json") && !strings.HasSuffix(address.Path, ".json2") {
		now := ask.Now.In(extract.Japan)
		address.Path = strings.TrimSuffix(address.Path, "/") + "/" + now.AddDate(0, 0, -1).Format("20060102") + "-" + now.Format("20060102") + ".json"
	}
	if query := address.Query(); !query.Has("limit") {
		limit := y.Limit
		if limit == 0 {
			limit = 9999
		}
		query.Set("limit", fmt.Sprint(limit))
		address.RawQuery = query.Encode()
	}
	listed, err := listAt(ctx, ask, address.String(), "application/json", extract.Yanoshin)
	if err != nil || listed.Unchanged {
		return listed, err
	}
	copies := permanentCopies(y.PermanentCopy, base.Hostname() == yanoshinHost)
	for i := range listed.Items {
		it := &listed.Items[i]
		it.Fallback = extract.TDnetCopy(copies, it.Publisher.Code, it.DocumentID)
	}
	if n := len(listed.Items); listed.Total > n {
		listed.Incomplete = fmt.Sprintf("the list claims %d rows and shows %d: raise limit", listed.Total, n)
	}
	return listed, nil
}
