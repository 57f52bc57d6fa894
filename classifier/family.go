package classifier

import (
	"bytes"
	"regexp"
	"strings"

	"oshirase/breach"
)

// readFamily names the ransomware family that is told first: a known one, or
// what a group that no rule knows calls itself.
func (f *facts) readFamily(v *view) {
	if !f.hasVector(breach.Ransomware) {
		return
	}
	m := v.r.c.m
	best := int32(-1)
	for _, kind := range m.ofTopic["family"] {
		v.each(kind, func(p *page, k mark) {
			at := k.start
			if p.in == "title" {
				at = 0
			}
			if best < 0 || at < best {
				best = at
				f.RansomwareFamily = m.value(kind)
				f.ev["ransomware_family"] = nil
				f.ev.add("ransomware_family", p, k.span)
			}
		})
	}
	if best < 0 {
		f.readUnknownGroup(v)
	}
}

const (
	groupName = `[「『“"(（]([^「」『』“”"（）()。、]{2,24})[」』”"）)]`
	latinName = `([A-Z][A-Za-z0-9$]{2,20}(?: [A-Z0-9][A-Za-z0-9]{1,14})?)`
	attackers = `(?:ハッカー|攻撃|犯罪|犯行|脅迫|ランサムウ[ェエ]ア|サイバー)?(?:集団|グループ|組織|ギャング|攻撃者|一味|ハッカー)`
	callsSelf = `(?:を|と)(?:名乗|称|自称|呼ば|呼称)[^。、]{0,6}`
	gang      = `(?:[Rr]ansomware )?(?:group|gang|crew|collective|outfit|operators?|operation|cartel|cybercriminals|hackers|actors?)`
)

// gangs are the nouns of gang.
var gangs = []string{"group", "gang", "crew", "collective", "outfit", "operator", "operation", "cartel", "cybercriminals", "hackers", "actor"}

// groupShapes are how a text introduces those who attacked or their tool.
var groupShapes = []struct {
	cues    *lexicon // the pattern needs one of these
	pattern *regexp.Regexp
}{
	{newLexicon("名乗", "称", "呼ば"), regexp.MustCompile(groupName + callsSelf + `(?:` + attackers + `|者|ランサムウ[ェエ]ア|ウイルス|ウィルス|プログラム)`)},
	{newLexicon("という", "なる"), regexp.MustCompile(groupName + `(?:という|なる)(?:名の|名称の)?[^。、]{0,6}(?:` + attackers + `|ランサムウ[ェエ]ア)`)},
	{newLexicon("名乗", "称", "呼ば"), regexp.MustCompile(latinName + callsSelf + `(?:` + attackers + `|者|ランサムウ[ェエ]ア)`)},
	{newLexicon("集団", "グループ", "組織", "ギャング", "攻撃者", "一味", "ハッカー", "ランサムウ", "種別は", "名称は"), regexp.MustCompile(`(?:` + attackers + `|ランサムウ[ェエ]ア(?:の一種(?:である)?|の種類は)?|グループ名は|種別は|名称は)、?(?:` + groupName + `|` + latinName + `)`)},
	{newLexicon("リークサイト", "暴露サイト", "犯行声明", "亜種", "一味"), regexp.MustCompile(`(?:` + groupName + `|` + latinName + `)(?:の|が運営する)(?:リークサイト|暴露サイト|犯行声明|亜種|一味)`)},
	{newLexicon("脅迫文", "脅迫状", "文書", "文面", "メモ", "画面", "声明"), regexp.MustCompile(`(?:脅迫文|脅迫状|文書|文面|メモ|画面|声明)[^。]{0,16}` + groupName + `(?:の|と(?:の|いう|書|記|署))(?:名|文字|署名|か|さ)`)},
	{newLexicon("calling ", "call ", "calls ", "known as", "named", "called", "styling itself", "going by", "under the name", "by the name of"), regexp.MustCompile(`(?:group|gang|crew|collective|outfit|actors?|operation|band|hackers|ransomware|strain|variant|malware)(?: \w+)? (?:calling (?:itself|themselves)|(?:that|which|who) calls? (?:itself|themselves)|known as|named|called|styling itself|going by(?: the name(?: of)?)?|under the name(?: of)?|by the name of),? ["“‘']?` + latinName)},
	{newLexicon(gangs...), regexp.MustCompile(latinName + `["”]? ` + gang + `\b`)},
	{newLexicon(gangs...), regexp.MustCompile(`(?:the |of )` + gang + ` ["“]?` + latinName)},
	{newLexicon("leak "), regexp.MustCompile(`leak (?:site|page|blog) (?:of|run by|operated by) (?:the )?["“]?` + latinName)},
	{newLexicon("leak "), regexp.MustCompile(latinName + `['’]s? leak (?:site|page|blog)`)},
	{newLexicon("signed", "the name", "variant of", "attributed to", "responsibility was"), regexp.MustCompile(`(?:signed(?: by| with the name)?|the name|variant of|attributed to|responsibility was claimed by) ["“]?` + latinName)},
}

// noGroup is what those shapes take for a name and is none.
var noGroup = regexp.MustCompile(`^(?i:the|this|that|our|a|an|no|japan|japanese|russian|chinese|foreign|international|company|another|several|members?|cyber|security|windows|linux|vpn|raas|ransom|ransomware|dark web|web|data|it|we|they|he|she|who|since|after|group|sns|nas|usb|id)(?: |$)|ランサム|ウイルス|攻撃|集団|グループ|以下|当社|同社|第三者|ハッカー|不明|会社|について|データ|情報`)

// groupCues are words of which a sentence with such a shape has one.
var groupCues = newLexicon("名乗", "称", "呼ば", "という", "集団", "グル", "リ-クサイト", "リークサイト", "脅迫", "亜種", "一味", "group", "gang", "crew", "leak", "calling", "signed", "variant", "hackers", "the name")

// readUnknownGroup names a group by the words that introduce it.
func (f *facts) readUnknownGroup(v *view) {
	look := func(p *page, where span) bool {
		sentence := p.line(where)
		for _, shape := range groupShapes {
			if !shape.cues.in([]byte(sentence)) {
				continue
			}
			m := shape.pattern.FindStringSubmatch(sentence)
			for _, name := range m[min(1, len(m)):] {
				if name = strings.TrimSpace(name); name == "" || noGroup.MatchString(name) || sameOrganisation(name, v.r.n.Publisher.Name) {
					continue
				}
				f.RansomwareFamily = strings.ToLower(name)
				f.ev.add("ransomware_family", p, where)
				return true
			}
		}
		return false
	}
	p := &v.r.text
	for i := v.lo; i < min(v.hi, v.lo+nameSearch); i++ {
		if s := p.sentences[i].span; groupCues.in(p.folded.text[s.start:s.end]) && look(p, s) {
			return
		}
	}
}

// readNames lists products, CVE numbers and measures.
func (f *facts) readNames(v *view) {
	m := v.r.c.m
	for _, kind := range m.ofTopic["product"] {
		if v.any(kind) {
			f.Products = append(f.Products, m.value(kind))
			v.each(kind, func(p *page, k mark) { f.ev.add("products", p, k.span) })
		}
	}
	for _, kind := range m.ofTopic["measure"] {
		if v.any(kind) {
			f.Measures = append(f.Measures, m.value(kind))
		}
	}
	f.readCVEs(v)
}

const maxCVEs = 32

func (f *facts) readCVEs(v *view) {
	t := v.r.text.folded.text
	for i := int(v.where.start); i+13 <= int(v.where.end) && len(f.CVEs) < maxCVEs; i++ {
		next := bytes.Index(t[i:v.where.end], []byte("cve-"))
		if next < 0 {
			return
		}
		i += next
		j := i + 4
		for j < int(v.where.end) && (t[j] >= '0' && t[j] <= '9' || t[j] == '-' && j == i+8) {
			j++
		}
		if j-i >= 13 && j-i <= 17 && t[i+8] == '-' {
			id := "CVE-" + string(t[i+4:j])
			f.CVEs = appendNew(f.CVEs, id)
			f.ev.add("cves", &v.r.text, span{int32(i), int32(j)})
		}
		i = j
	}
}

func appendNew[T comparable](list []T, x T) []T {
	for _, o := range list {
		if o == x {
			return list
		}
	}
	return append(list, x)
}
