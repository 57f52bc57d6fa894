package classifier

import (
	"regexp"
	"slices"
	"strings"

	"oshirase/breach"
)

// The names of organisations as Japanese notices print them: with a legal form
// before or after, or ending in 社. Particles end a name.
const (
	nameRune = `[^\s、。,，（）()「」『』【】:：〔〕のがはをにへとでもや]`
	orgName  = `((?:株式会社|有限会社|合同会社|㈱|一般社団法人|公益財団法人|学校法人|国立大学法人)` + nameRune + `{1,28}|` + nameRune + `{1,28}(?:株式会社|有限会社|㈱|社))`
)

// processor are the places of a sentence that name the organisation at which
// it happened, the surest first. They are applied to single sentences that
// speak of a processor or vendor.
var processor = []*regexp.Regexp{
	regexp.MustCompile(`委託(?:先|業者|事業者|会社|企業)(?:である|の|企業の)?[「『（(]?` + orgName),
	regexp.MustCompile(`委託(?:している|していた|する|した|しております)[「『（(]?` + orgName),
	regexp.MustCompile(orgName + `[」』）)]?(?:さま|様)?(?:に|へ)(?:[^。、]{0,24})(?:再委託|委託|外注|発注)`),
	regexp.MustCompile(orgName + `[」』）)]?(?:が|の)(?:提供|運営|開発|運用|管理)(?:する|している|していた)`),
	regexp.MustCompile(`(?:利用|使用|導入)(?:している|していた|する|しております)[^。「『]{0,20}[「『]([^」』]{2,30})[」』]`),
	regexp.MustCompile(`[「『]([^」』]{2,30})[」』](?:という|の)?[^。]{0,10}(?:クラウド|サービス|システム)(?:を|の)(?:利用|提供)`),
	regexp.MustCompile(orgName + `[」』）)]?(?:さま|様)?(?:の|において|にて|が)[^。]{0,24}(?:サーバ|システム|ネットワーク|不正アクセス|攻撃|感染)`),
}

// nobody are words of that form that name no organisation.
var nobody = []string{"当社", "弊社", "同社", "自社", "他社", "本社", "各社", "御社", "貴社", "会社", "支社", "商社", "神社", "公社"}

// notNamed ends what the pattern takes for a name and is none.
var notNamed = []string{"子会社", "関連会社", "グループ会社", "委託会社", "運営会社", "開発会社", "提供会社", "調査会社", "受託会社", "持株会社",
	"専門会社", "保守会社", "決済代行会社", "カード会社", "システム会社", "外部会社", "取引会社", "管理会社", "配送会社", "保険会社", "関係会社"}

func isName(name string) bool {
	if slices.Contains(nobody, name) {
		return false
	}
	return !slices.ContainsFunc(notNamed, func(end string) bool { return strings.HasSuffix(name, end) })
}

// maxPartySentences bounds how many sentences are searched for names.
const maxPartySentences = 12

// readParties names the processor where it happened, and the organisation that
// was hit where the publisher only reports on it.
func (f *facts) readParties(v *view) {
	f.readThirdParty(v)
	if v.r.n.Publisher.Name == "" || v.title == nil {
		f.readVictim(v)
	}
}

func (f *facts) readThirdParty(v *view) {
	if !f.hasVector(breach.ThirdParty) {
		return
	}
	searched, best := 0, len(processor)
	seen := map[int32]bool{}
	v.each(v.r.c.k.vector[breach.ThirdParty], func(p *page, m mark) {
		at := m.sent
		if p.in == "title" {
			at = -1 - m.sent
		}
		if seen[at] || searched >= maxPartySentences {
			return
		}
		seen[at] = true
		searched++
		where := p.sentences[m.sent].span
		sentence := p.quote(where).Text
		for i, pattern := range processor[:best] {
			found := pattern.FindStringSubmatch(sentence)
			if found == nil {
				continue
			}
			name := strings.TrimSpace(found[1])
			if !isName(name) || sameOrganisation(name, v.r.n.Publisher.Name) {
				continue
			}
			best = i
			f.ThirdParty = name
			f.ev["third_party"] = nil
			f.ev.add("third_party", p, where)
			break
		}
	})
}

func sameOrganisation(a, b string) bool {
	plain := strings.NewReplacer("株式会社", "", "㈱", "", "(株)", "", "（株）", "", "有限会社", "", " ", "", "　", "")
	a, b = plain.Replace(a), plain.Replace(b)
	return a != "" && a == b
}

var (
	// headlineName is the organisation that news sites put behind a headline.
	headlineName = regexp.MustCompile(`(?: - |\s[-–—―]\s|～\s*)([^\s-][^-～]{1,30})$`)
	// subjectName is the subject of a sentence.
	subjectName = regexp.MustCompile(`^[\s　]*` + orgName + `[」』]?(?:（[^（）]{1,30}）)?(?:は|では|において|が)`)
)

// readVictim names who was hit, from the headline or from the first sentence
// that has an organisation as its subject.
func (f *facts) readVictim(v *view) {
	if v.title != nil {
		title := v.r.n.Title
		if m := headlineName.FindStringSubmatchIndex(title); m != nil {
			f.Victim = strings.TrimSpace(title[m[2]:m[3]])
			f.ev["victim"] = []breach.Quote{{Text: title[m[2]:m[3]], In: "title", Start: m[2], End: m[3]}}
			return
		}
	}
	p := &v.r.text
	for i := v.lo; i < min(v.hi, v.lo+maxPartySentences); i++ {
		where := p.sentences[i].span
		m := subjectName.FindStringSubmatch(p.quote(where).Text)
		if m != nil && isName(m[1]) {
			f.Victim = m[1]
			f.ev.add("victim", p, where)
			return
		}
	}
}
