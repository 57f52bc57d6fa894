package extract

import (
	"net/url"
	"path"
	"regexp"
	"strings"
)

// tdnetID is the TSE's name of a document: 1401, the day on which the company
// registered the file, six digits.
var tdnetID = regexp.MustCompile(`^1401(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{6}$`)

// DocumentID is the name that the document behind a link has in every source
// that lists it, or empty. The TSE's names are kept by its permanent copies, by
// XJ-Storage and by mirrors.
func DocumentID(link *url.URL) string {
	name := path.Base(link.Path)
	name = strings.TrimSuffix(name, path.Ext(name))
	if !tdnetID.MatchString(name) {
		return ""
	}
	return "tdnet:" + name
}

// TDnetCopy is the address of the permanent copy of a TDnet document below
// archive, https://www2.jpx.co.jp/disc/; code is a securities code of four or
// five characters. It is empty when the document or the code has no such name.
func TDnetCopy(archive *url.URL, code, documentID string) string {
	id, ok := strings.CutPrefix(documentID, "tdnet:")
	if archive == nil || !ok || len(code) < 4 || len(code) > 5 {
		return ""
	}
	if len(code) == 4 {
		code += "0" // ordinary shares
	}
	return archive.ResolveReference(&url.URL{Path: code + "/" + id + ".pdf"}).String()
}
