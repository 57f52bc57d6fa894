package classifier

import (
	"bytes"
	"cmp"
	"regexp"
	"slices"
	"sort"
	"strings"

	"oshirase/breach"
)

// The names of organisations as notices print them: in brackets, or a run of
// kanji, katakana and Latin letters. Particles end a name.
const (
	nameClass = `[\p{Han}\p{Katakana}ー・々A-Za-z0-9Ａ-Ｚａ-ｚ０-９＆&．.㈱－-]`
	bareName  = `((?:(?:\(株\)|（株）)?` + nameClass + `{2,32}(?:\(株\)|（株）)?))`
	quoted    = `[「『“"]([^「」『』”"]{2,32})[」』”"]`
	kanaName  = `((?:株式会社|有限会社|合同会社|一般社団法人|一般財団法人|公益財団法人|社会福祉法人|医療法人|学校法人|（株）|\(株\)|㈱)[\p{Han}\p{Katakana}\p{Hiragana}ー・A-Za-z0-9&＆]{2,24}?)(?:の|が|に|へ|から|より|は|を|で|と|、|。|（|\(|」|様|さま|$)`
	anyName   = `(?:` + quoted + `|` + kanaName + `|` + bareName + `)`
)

// nobody is what the patterns take for a name and is none: pronouns, common
// nouns and what ends in one.
var nobody = regexp.MustCompile(`^(?:株式会社|有限会社|合同会社|同.|今度|今回|東京|大阪|都内|県内|市内|国内|海外|社長|市長|ユーザー?|報告書|[当弊同自他本各御貴両小]社|[当本]?(?:会社|支社|商社|神社|公社|企業|業者|事業者|委託者|受託者|業務|事業|システム|サービス|サーバー?|ネットワーク|クラウド|データ|端末|メール|個人情報|情報|お客様|第三者|外部|社内|一部|管理|監督|契約|運用|保守|各種|複数|担当者?|当時|現在|同日|以下|同様|今回|本件|これ|それ))$`)

// commonNouns are what no name ends in.
var commonNouns = newLexicon(slices.Concat(
	after("会社", "コンサルタント", "コンサル", "印刷", "子", "関連", "グループ", "委託", "運営", "開発", "提供", "調査", "受託", "持株", "専門", "保守", "代行", "カード", "システム", "外部", "取引", "管理", "配送", "保険", "関係", "親", "通信", "ホスティング", "セキュリティ", "製造", "販売"),
	[]string{"企業", "業者", "事業者", "受託者", "委託者", "委託先", "担当者", "従業員", "社員", "職員", "部署", "業務", "事業", "作業", "サーバ", "サーバー", "システム", "ネットワーク", "データベース", "サイト", "メール", "端末", "パソコン", "アカウント", "情報", "データ", "顧客", "会員", "攻撃者", "第三者", "内容", "範囲", "社長", "ユーザ", "ユーザー", "書", "利用", "使用", "送信", "紛失", "漏えい", "漏洩", "流出", "攻撃", "処理", "件", "集配所", "支店", "営業所", "工場", "倉庫", "結果", "調査", "報告", "連絡", "対応", "原因", "経緯", "可能性", "不正アクセス", "サイバー攻撃", "ランサムウェア", "ランサムウエア", "感染", "被害", "障害"},
)...)

var (
	figureUnits = newLexicon("月", "日", "年", "時", "名", "件", "社")
	insidePlace = newLexicon(after("内", "県", "市", "町", "村", "国", "都", "府", "区")...)
)

// endsCommon reports whether a name ends in a common noun, a figure with its
// unit, or inside some place: 委託先, 12件, 県内3.
func endsCommon(name []byte) bool {
	if commonNouns.ends(name) >= 0 || insidePlace.ends(bytes.TrimRight(name, "0123456789")) >= 0 {
		return true
	}
	w := figureUnits.ends(name)
	if w < 0 {
		return false
	}
	before := len(name) - len(figureUnits.words[w]) - 1
	return before >= 0 && name[before] >= '0' && name[before] <= '9'
}

// incorporated is a name that says so itself, whatever common noun it ends in.
var incorporated = regexp.MustCompile(`^(?:株式会社|有限会社|合同会社|㈱|\(株\)|（株）)[\p{Han}\p{Katakana}ー・A-Za-z0-9]{3,16}$`)

// leadIn are trades printed before a name without a particle.
var leadIn = regexp.MustCompile(`^.{0,16}?(?:大手|メーカー|企業|事業者|業者|[^式限同資]会社)(.+)$`)

func isName(name string) bool {
	letters := 0
	for range name {
		letters++
	}
	return letters >= 2 && !nobody.MatchString(name) && (!endsCommon([]byte(name)) || incorporated.MatchString(name))
}

// trimName takes a trade before a name and what brackets leave at its ends away.
func trimName(name string) string {
	name = strings.Trim(name, " 　、。,.・-（）()「」『』")
	if m := leadIn.FindStringSubmatch(name); m != nil && !strings.Contains(m[1], "会社") {
		name = m[1]
	}
	return name
}

// maxPartySentences bounds how many sentences are searched for names.
const maxPartySentences = 12

// readParties names the processor where it happened, the organisation that was
// hit where the publisher only reports on it, and the clients touched.
func (f *facts) readParties(v *view) {
	if v.r.n.Publisher.Name == "" || v.title == nil || v.r.reportsOnOthers() {
		f.readVictim(v)
	}
	f.readThirdParty(v)
	f.readClients(v)
}

// readNamedCloud names the cloud on which the publisher's own misconfiguration was.
func (f *facts) readNamedCloud(v *view) {
	v.each(v.r.c.k.namedService, func(p *page, m mark) {
		if f.ThirdParty == "" {
			f.ThirdParty = p.quote(m.span).Text
			f.ev.add("third_party", p, p.around(m))
		}
	})
}

var withoutForm = strings.NewReplacer("株式会社", "", "㈱", "", "(株)", "", "（株）", "", "有限会社", "", " ", "", "　", "")

func sameOrganisation(a, b string) bool {
	a, b = withoutForm.Replace(a), withoutForm.Replace(b)
	return a != "" && b != "" && (a == b || len(a) >= 6 && strings.Contains(b, a) || len(b) >= 6 && strings.Contains(a, b))
}

// headlineName is the organisation that news sites put behind a headline.
var headlineName = regexp.MustCompile(`(?: - |\s[-–—―]\s|～\s*)([^\s-][^-～]{1,30})$`)

// reportsOnOthers reports whether the text tells of its subject in the third
// person, as news do.
func (r *reading) reportsOnOthers() bool {
	if len(r.text.text) == 0 || len(r.title.marks[r.c.k.self]) > 0 {
		return false
	}
	for _, m := range r.text.marks[r.c.k.self] {
		if !r.text.inQuotation(m.start) {
			return false
		}
	}
	return true
}

// readVictim names who was hit: the name the split was made by, the headline's,
// or the first subject of a sentence that tells of the incident.
func (f *facts) readVictim(v *view) {
	p := &v.r.text
	if v.name != "" {
		f.Victim = trimName(v.name)
		f.ev.add("victim", p, v.nameAt)
		return
	}
	if v.title != nil {
		title := v.r.n.Title
		if m := headlineName.FindStringSubmatchIndex(title); m != nil {
			f.Victim = strings.TrimSpace(title[m[2]:m[3]])
			f.ev["victim"] = []breach.Quote{{Text: title[m[2]:m[3]], In: "title", Start: m[2], End: m[3]}}
			return
		}
	}
	for _, m := range v.in(v.r.c.k.self) {
		if !p.inQuotation(m.start) {
			f.readOwnName(v) // the publisher speaks of itself
			return
		}
	}
	for i := v.lo; i < min(v.hi, v.lo+maxPartySentences); i++ {
		name := v.r.actor(p, i)
		if name == "" {
			continue
		}
		if !sameOrganisation(name, v.r.n.Publisher.Name) {
			f.Victim = name
			f.ev.add("victim", p, p.sentences[i].span)
		}
		return
	}
}

// readOwnName names the publisher of a notice without a name by its shop, or by
// the place whose passes its staff have.
func (f *facts) readOwnName(v *view) {
	p := &v.r.text
	for i := v.lo; i < min(v.hi, v.lo+maxPartySentences); i++ {
		s := p.sentences[i].span
		name := p.shop(s)
		if name.end == name.start {
			name = p.passOf(s)
		}
		if name.end > name.start {
			f.Victim = trimName(p.line(name))
			f.ev.add("victim", p, s)
			return
		}
	}
}

var passes = newLexicon("従業員証」", "社員証」", "職員証」", "会員証」", "学生証」")

// passOf returns the name before 従業員証 and the like in brackets in s.
func (p *page) passOf(s span) span {
	t := p.folded.text[s.start:s.end]
	at := passes.index(t)
	if at < 0 {
		return span{}
	}
	open := bytes.LastIndex(t[max(0, at-maxName*3):at], []byte("「"))
	if open < 0 {
		return span{}
	}
	open += max(0, at-maxName*3) + len("「")
	if at-open < 4 || bytes.Contains(t[open:at], []byte("」")) {
		return span{}
	}
	return span{s.start + int32(open), s.start + int32(at)}
}

// client are the places of a sentence that name an organisation touched through
// the one that was hit.
var client = []*regexp.Regexp{
	regexp.MustCompile(`委託元(?:である|の|は|・|:|：)?[（(]?` + anyName),
	regexp.MustCompile(bareName + `(?:さま|様)?(?:から|より)(?:業務を|の業務を|委託を)?(?:受託|お預かり|受注)`),
	regexp.MustCompile(`(?:展開|運営)する([\p{Han}\p{Katakana}\p{Hiragana}ーA-Za-z]{2,20}?)の「[^」]{2,30}」(?:では|は|において)`),
	regexp.MustCompile(bareName + `が(?:展開|運営)する[^。「]{0,20}「[^」]{2,30}」(?:では|は|において)`),
	regexp.MustCompile(`^(?:また|一方|さらに|なお|このほか)?、?` + bareName + `(?:（[^（）]{1,20}）|\([^()]{1,20}\))?(?:では|は|が)`),
}

// coNames is a list of names whose data leaked as well: 外務省、国土交通省の情報も.
var coNames = regexp.MustCompile(`((?:` + nameClass + `{2,30}(?:、|や|と|及び|および))*` + nameClass + `{2,30})の(?:[^。、]{0,6}情報|データ)(?:も|が)(?:漏|流出|漏えい|外部)`)

// How many clients are named, and in how many sentences they are searched.
const (
	maxClients         = 40
	maxClientSentences = 48
)

// readClients lists organisations that the text names as touched through the
// processor that was hit.
func (f *facts) readClients(v *view) {
	p := &v.r.text
	hit := cmp.Or(f.Victim, v.r.n.Publisher.Name)
	if !f.hasVector(breach.ThirdParty) {
		return
	}
	atProcessor := f.ThirdParty != "" && sameOrganisation(hit, f.ThirdParty)
	add := func(name string, s span) {
		name = trimName(name)
		if len(f.Clients) < maxClients && isName(name) && !sameOrganisation(name, hit) && !notClient.MatchString(name) &&
			!slices.ContainsFunc(f.Clients, func(o string) bool { return sameOrganisation(o, name) }) {
			f.Clients = append(f.Clients, name)
			f.ev.add("clients", p, s)
		}
	}
	searched, day := 0, ""
	for i := v.lo; i < v.hi && searched < maxClientSentences; i++ {
		s := p.sentences[i]
		if v.r.repeated[i] || s.end-s.start > maxEntry {
			continue
		}
		folded := string(p.folded.text[s.start:s.end])
		named := containsAny(folded, "委託元", "受託", "お預かり", "受注")
		if !named && !atProcessor {
			continue
		}
		searched++
		sentence := p.line(s.span)
		// A sentence that tells of the processor, or of a leak, names a client by
		// its subject.
		tied := atProcessor && (strings.Contains(sentence, hit) || v.r.incidentIn(i, i+1) || i+1 < v.hi && p.sentences[i+1].block == s.block && strings.Contains(p.line(p.sentences[i+1].span), hit))
		for k, pattern := range client {
			if k < 2 && !named || k >= 2 && !tied {
				continue
			}
			if m := pattern.FindStringSubmatch(sentence); m != nil {
				before := len(f.Clients)
				for _, g := range m[1:] {
					if g != "" {
						add(g, s.span)
					}
				}
				if k >= 2 && len(f.Clients) > before {
					day = f.readClientDay(v, i, day)
				}
			}
		}
		if !atProcessor || !containsAny(folded, "も漏", "が漏", "も流出", "が流出") {
			continue
		}
		if m := coNames.FindStringSubmatch(sentence); m != nil {
			for _, name := range strings.FieldsFunc(strings.NewReplacer("及び", "、", "および", "、", "や", "、").Replace(m[1]), func(c rune) bool { return c == '、' }) {
				add(name, s.span)
			}
		}
	}
}

// readClientDay returns the last day on which, by its paragraph from sentence i on,
// a client knew or told of the matter. Where another client did on another day
// (before), news that put both together build on what each has told.
func (f *facts) readClientDay(v *view, i int, before string) string {
	r, p := v.r, &v.r.text
	end := p.sentences[i].end
	for j := i + 1; j < min(v.hi, i+maxPartySentences) && p.sentences[j].block == p.sentences[i].block; j++ {
		end = p.sentences[j].end
	}
	day, end := before, min(end, p.sentences[i].start+maxEntry)
	at := sort.Search(len(r.whenSeen), func(n int) bool { return r.whenSeen[n].start >= p.sentences[i].start })
	for ; at < len(r.whenSeen) && r.whenSeen[at].end <= end; at++ {
		m := &r.whenSeen[at]
		if role := r.role(p, m, at); m.day > 0 && (role == "known" || role == "detected" || role == "published") {
			day = m.iso()
		}
	}
	if before != "" && day != before && f.Stage == breach.StageFirst && r.reportsOnOthers() {
		f.Stage = breach.StageUpdate
		f.ev["stage"] = f.ev["clients"]
	}
	return day
}

// notClient are subjects of such sentences that are no clients.
var notClient = regexp.MustCompile(`(?:個人情報保護委員会|警察|警視庁|県警|署|弁護士|専門家|担当|社長|市長|攻撃|犯|ツール|サイト|サーバー?|システム|問題|被害|原因|調査|復旧|顧客|利用者|住所|氏名|番号|アドレス|時点|対象|一部|件|日|月|年|分|名|万|当初|最終|現在)$`)
