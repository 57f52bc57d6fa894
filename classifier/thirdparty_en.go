package classifier

import (
	"regexp"
	"slices"
	"strings"
)

const (
	englishWord = `(?:K\.K\.|[A-Z][\w'’&-]*)`
	englishName = `["“]?(` + englishWord + `(?: (?:of |and |& |the )?` + englishWord + `){0,5}(?:,? (?:Co\.,? Ltd\.?|Inc\.?|Ltd\.?|K\.K\.|LLC|Corp\.?|PLC|GmbH|Pte\.? Ltd\.?))*)`
	englishRole = `(?:provider|vendor|contractor|subcontractor|operator|processor|supplier|partner|agency|agent|host|maker|developer|printer|carrier|courier|firm|company|service|platform|system|software|tool|cloud|outsourcer|bureau|studio|distributor|manufacturer|centre|center|add-on|widget)s?`
	handing     = `(?:entrust|outsourc|leav|commission|contract|subcontract|hand|assign|delegat|consign|rely|relies|farm)\w*`
)

// englishTies are the places of an English sentence that name whom it happened
// at, with how surely each binds the name to the publisher and to the event.
var englishTies = []struct {
	pattern *regexp.Regexp
	kind    relation
	ev      int
	staff   bool // in news these are the victim's own
	// cues are words of which the pattern needs one, in small letters; the search
	// for a name is dear.
	cues []string
}{
	{regexp.MustCompile(`(?:told|informed|notified|advised|contacted|alerted) (?:\w+ )?by (?:the |our )?(?:[a-z-]+ ){0,8}` + englishName), provider, 2, false, []string{"told", "informed", "notified", "advised", "contacted", "alerted"}},
	{regexp.MustCompile(`(?:[Nn]otice|[Rr]eport|[Nn]otification|[Ww]ord|[Ll]etter|[Aa]nnouncement|[Dd]isclosure|[Ss]tatement) (?:from|by) (?:the |our )?(?:[a-z-]+ ){0,4}` + englishName), provider, 2, false, noticed},
	{regexp.MustCompile(englishName + `["”]?,? (?:has |have |had )?(?:told|informed|notified|reported to|advised|said it)\b`), unrelated, 2, false, []string{"told", "informed", "notified", "reported to", "advised", "said it"}},
	{regexp.MustCompile(englishName + `["”]?(?: \([^)]*\))?,? (?:a |an |the )?(?:[\w-]+ ){0,4}(?:to|with) (?:which|whom) (?:we|it|they|the [a-z]+|our [a-z]+)\b`), worker, 1, false, []string{"which", "whom"}},
	{regexp.MustCompile(englishName + `["”]?(?: \([^)]*\))?, (?:which|who|that) (?:\w+ ){0,2}(?:handles?|prints?|runs?|operates?|hosts?|provides?|manages?|maintains?|mails?|ships?|delivers?|processes|keeps?|carries|stores?|supplies|develops?|works for)\b`), worker, 1, true, []string{", which", ", who", ", that"}},
	{regexp.MustCompile(englishName + `["”]?,? (?:which|who|that) (?:\w+ ){0,2}(?:handles?|prints?|runs?|operates?|hosts?|provides?|manages?|maintains?|mails?|ships?|delivers?|processes|keeps?|stores?|supplies)(?: and \w+)? (?:its|our|their)\b`), worker, 2, false, []string{" its", " our", " their"}},
	{regexp.MustCompile(`\b[Tt]he (?:vendor|provider|printer|supplier|contractor|subcontractor|processor|host), (?:[A-Z][a-z]+-based )?` + englishName + `,`), worker, 2, false, []string{"vendor, ", "provider, ", "printer, ", "supplier, ", "contractor, ", "processor, ", "host, "}},
	{regexp.MustCompile(englishName + `(?:, [^,.]{3,30},)? (?:told|informed|notified|has told|has informed|has notified) (?:us|it|them|the (?:town|city|ward|village|prefecture|hospital|clinic|university|school|shop|retailer|bank|insurer|airline|utility|museum|library))\b`), worker, 2, false, []string{" told ", " informed ", " notified "}},
	{regexp.MustCompile(englishName + `["”]?(?: \([^)]*\))?, (?:entrusted|commissioned|contracted|hired|engaged) (?:with|to|by|for)\b`), worker, 2, false, []string{", entrusted ", ", commissioned ", ", contracted ", ", hired ", ", engaged "}},
	{regexp.MustCompile(englishName + `["”]?(?: \([^)]*\))?, (?:the|our|its|one of (?:our|its)) (?:[\w&-]+ ){0,6}` + englishRole + `\b`), worker, 1, false, []string{", the ", ", our ", ", its ", ", one of "}},
	{regexp.MustCompile(englishName + `["”]?(?: \([^)]*\))?, an? (?:[\w&-]+ ){0,6}` + englishRole + `\b`), worker, 1, true, []string{", a ", ", an "}},
	{regexp.MustCompile(englishName + `["”]?(?: \([^)]*\))?, where (?:the|our|its) [^.;]{0,60}(?:housed|hosted|kept|stored|held)`), worker, 2, false, []string{", where "}},
	{regexp.MustCompile(englishName + `["”]?(?: \([^)]*\))?, (?:the|an?) (?:[\w.-]+ ){1,8}(?:whose|(?:to|by|with) which) `), worker, 2, false, []string{" whose ", " which "}},
	{regexp.MustCompile(`\b(?i:outside|external|third-party) (?:company|firm|provider|service|contractor), ` + englishName), worker, 2, false, []string{"outside ", "external ", "third-party "}},
	{regexp.MustCompile(`\b(?:pays?|paid|sent|mailed|sold|booked|handled|processed|delivered|collected|managed|offered|provided) [^.;,]{0,40}through ` + englishName + `["”]?, an? (?:[\w-]+ ){0,6}` + englishRole), worker, 1, false, []string{"through "}},
	{regexp.MustCompile(`\b` + handing + ` (?:[^.;,]{0,60} )?(?:to|with) (?:the )?` + englishName), worker, 1, false, []string{"entrust", "outsourc", "leav", "commission", "contract", "hand", "assign", "delegat", "consign", "rely", "relies", "farm"}},
	{regexp.MustCompile(`\b(?i:contractor|subcontractor|vendor|processor|outsourcing partner)s?,? (?:named |called |is )?\(?` + englishName), worker, 1, false, []string{"contractor", "vendor", "processor", "outsourcing partner"}},
	{regexp.MustCompile(`\b(?i:provider|operator|business partner|agency|supplier)s?,? (?:named |called |is )?\(?` + englishName), worker, 1, true, []string{"provider", "operator", "business partner", "agency", "supplier"}},
	{regexp.MustCompile(`(?:\b[Ii]ts|\b[Tt]heir|\b[Oo]ur|['’]s) (?:[\w-]+ ){0,3}(?:provider|operator|partner|agency|supplier|distributor|host|printer|carrier|developer|contractor|vendor)s?,? (?:named |called )?` + englishName), worker, 2, false, []string{"provider", "operator", "partner", "agency", "supplier", "host", "printer", "carrier", "developer", "distributor", "contractor", "vendor"}},
	{regexp.MustCompile(`(?:servers?|systems?|network|database|computers?|cloud) of (?:the )?` + englishName), unrelated, 2, false, after(" of ", "server", "servers", "system", "systems", "network", "database", "computer", "computers", "cloud")},
	{regexp.MustCompile(`(?:company|firm|business|partner|provider|service|system|platform|software|tool)s? (?:that |which |who )?(?:we|it|they|our [a-z]+)?(?: ?[a-z-]+){1,10}(?:,| \() ?(?:called |named )?` + englishName), worker, 1, false, []string{"company", "firm", "business", "partner", "provider", "service", "system", "platform", "software", "tool"}},
	{regexp.MustCompile(`(?:provided|operated|managed|run|hosted|developed|supplied|maintained|made|serviced) by (?:the )?` + englishName), worker, 1, true, []string{"provided by", "operated by", "managed by", "run by", "hosted by", "developed by", "supplied by", "maintained by", "made by", "serviced by"}},
	{regexp.MustCompile(`\b(?:we|it|they|our \w+|the \w+) uses?d? (?:for [^,.]{0,40}, )?(?:the |a |an )?(?:[a-z-]+ ){0,6}(?:called |named )?` + englishName), used, 1, false, []string{" use ", " uses ", " used "}},
	{regexp.MustCompile(`(?i:incident|attack|breach|access|intrusion|failure|leak|leakage|theft|loss|trouble|accident|outage|hack) (?:at|on|of|into|against|suffered by) (?:the |our )?(?:[a-z-]+ ){0,6}` + englishName), unrelated, 2, false, slices.Concat(harmed(" at "), harmed(" on "), harmed(" of "), harmed(" into "), harmed(" against "), harmed(" suffered by "))},
	{regexp.MustCompile(`(?:leaked|stolen|taken|lost|copied|exposed) (?:from|by|at) (?:the )?` + englishName), unrelated, 2, false, slices.Concat(gone(" from "), gone(" by "), gone(" at "))},
	{regexp.MustCompile(`\b(?:at|by|of|from) ` + englishName + `["”]?, (?:a|an|the|our|its) [^,.]{0,60}(?:to which|to whom|that|which)\b`), worker, 2, false, []string{", a ", ", an ", ", the ", ", our ", ", its "}},
	{regexp.MustCompile(`(?:employee|driver|staff|technician|courier|operator|worker|engineer|member)s? (?:of|at|from) (?:the |our )?(?:[a-z-]+ ){0,4}` + englishName), provider, 2, true, slices.Concat(hands(" of "), hands(" at "), hands(" from "))},
}

// noticed are the cues of a notice that another gave.
var noticed = slices.Concat(after(" from ", noticeNouns...), after(" by ", noticeNouns...))

var noticeNouns = []string{"notice", "report", "notification", "word", "letter", "announcement", "disclosure", "statement"}

// after lists the words with what follows them.
func after(link string, words ...string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = w + link
	}
	return out
}

func harmed(link string) []string {
	return after(link, "incident", "attack", "breach", "access", "intrusion", "failure", "leak", "leakage", "theft", "loss", "trouble", "accident", "outage", "hack")
}

func gone(link string) []string {
	return after(link, "leaked", "stolen", "taken", "lost", "copied", "exposed")
}

func hands(link string) []string {
	words := []string{"employee", "driver", "staff", "technician", "courier", "operator", "worker", "engineer", "member"}
	return append(after(link, words...), after("s"+link, words...)...)
}

// englishCues finds the cues of englishTies; cueTies are the ties of each.
var englishCues, cueTies = func() (*automaton, []uint32) {
	at := map[string]int{}
	var words []string
	var ties []uint32
	for i, e := range englishTies {
		for _, w := range e.cues {
			if _, ok := at[w]; !ok {
				at[w] = len(words)
				words, ties = append(words, w), append(ties, 0)
			}
			ties[at[w]] |= 1 << i
		}
	}
	return newAutomaton(words), ties
}()

var notEnglishName = regexp.MustCompile(`^(?:The|We|Our|This|That|It|In|On|At|As|An?|No|They|He|She|Personal|Ministry|Police|Tokyo|Osaka|Japan|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|May|June|July|August|September|October|November|December|Notice|Report|Regarding|First|Second|Third|Possible|Unauthorized|Information|Financial Services|Customers?|Company|Bank|VPN|ID|PPC|PDF|USB|CSV|SQL|Wi-Fi|Internet|Web|Because|After|When|Since|While|Although|However|According|Following|Prefectural|Metropolitan|National|Data|Q|A|I)\b`)

// addEnglish reads the names of an English sentence.
func addEnglish(ties []tie, p *page, s span, publisher string, others bool) []tie {
	may := uint32(0)
	englishCues.scan(p.folded.text[s.start:s.end], func(cue int32, _ int) { may |= cueTies[cue] })
	if may == 0 {
		return ties
	}
	sentence := p.line(s)
	for i, e := range englishTies {
		if may&(1<<i) == 0 {
			continue
		}
		for _, found := range e.pattern.FindAllStringSubmatch(sentence, 4) {
			name := strings.Trim(found[1], ` ,"“”`)
			if others && e.staff || len(name) < 4 || notEnglishName.MatchString(name) || sameOrganisation(name, publisher) {
				continue
			}
			t := tie{name: name, page: p, where: s, kind: e.kind, ev: e.ev, legal: corporate.MatchString(name)}
			if e.kind != unrelated {
				t.rel = min(int(e.kind)+1, 3)
			}
			if e.kind == used {
				t.quoted = true
			}
			ties = mergeTie(ties, t)
		}
	}
	return ties
}

var corporate = regexp.MustCompile(`(?:Ltd\.?|Inc\.?|K\.K\.|LLC|Corp\.?|Corporation|PLC|GmbH|Cooperative|Solutions|Systems|Services|Printing|Logistics|Technologies)$`)
