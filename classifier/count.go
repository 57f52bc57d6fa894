package classifier

import (
	"cmp"
	"slices"
	"strings"

	"oshirase/breach"
)

// candidate is a figure that may count the people or records touched.
type candidate struct {
	*figure
	page       *page
	certainty  string
	population string
}

// readCounts reads every figure of people or records, and the headline.
func (f *facts) readCounts(v *view) {
	var all []candidate
	for i := range v.r.figures {
		g := &v.r.figures[i]
		p := &v.r.text
		if g.inTitle {
			if v.title == nil {
				continue
			}
			p = v.title
		} else if !v.where.has(g.span) || v.r.repeated[g.sent] {
			continue
		}
		if c, ok := v.r.candidate(p, g); ok {
			all = append(all, c)
		}
	}
	for _, c := range all {
		q := c.page.quote(c.span)
		n := breach.Count{Value: c.value, Unit: c.unit, Certainty: c.certainty, Approx: c.approx, AtMost: c.atMost, Population: c.population, Quote: q}
		if len(f.Counts) < maxCounts {
			f.Counts = append(f.Counts, n)
		}
	}
	if head, by, ok := headline(v, all); ok {
		f.AffectedCount = &head
		for _, c := range by {
			f.ev.add("affected_count", c.page, c.page.around(mark{span: c.span, sent: c.sent, clause: c.clause}))
		}
		if len(by) > 0 && f.mailbox(by[0]) {
			f.unnumbered = true
		}
	}
}

const maxCounts = 40

// mailbox reports whether the headline counts mails.
func (f *facts) mailbox(c candidate) bool {
	t := string(c.page.folded.text[c.end:min(int32(len(c.page.folded.text)), c.end+30)])
	return containsAny(t, "のメール内容", "のメール", "のメッセージ") && !containsAny(t, "メールアドレス")
}

// candidate judges whether a figure counts people or records touched.
func (r *reading) candidate(p *page, g *figure) (candidate, bool) {
	k := &r.c.k
	c := candidate{figure: g, page: p}
	if g.kind == unitOther || g.kind == unitOrganisations || g.value == 0 {
		return c, false
	}
	t := p.folded.text
	s := p.sentences[g.sent]
	// A figure may run past the sentence that it begins in ("No. 3, 2026").
	after := string(t[g.end:max(g.end, min(s.end, g.end+45))])
	before := string(t[min(g.start, max(s.start, g.start-45)):g.start])
	if otherThing(before, after) {
		return c, false
	}
	clause := p.clauses[g.clause]
	near := span{max(s.start, g.start-60), min(s.end, g.end+75)}
	if p.has(k.countTarget, span{g.end, min(clause.end, g.end+30)}) || p.has(k.background, span{s.start, g.start}) {
		return c, false
	}
	if p.has(k.hypothetical, clause) && !p.has(k.possible, clause) && !p.has(k.found, clause) {
		return c, false
	}
	if p.in == "text" && g.sent > 0 {
		near.start = max(p.sentences[max(0, int(g.sent)-1)].start, near.start-240)
	}
	if !p.has(k.countPeople, near) && !p.has(k.countPeople, s.span) {
		return c, false
	}
	switch {
	case p.has(k.possible, span{g.start, s.end}) || g.atMost || p.has(k.possible, clause):
		c.certainty = "possible"
	case p.has(k.leakNoun, s.span) || p.has(k.leakAct, s.span) || p.has(k.leakViewed, s.span) || p.has(k.leakDelivered, s.span):
		c.certainty = "confirmed"
	default:
		c.certainty = "total"
	}
	c.population = population(before, after)
	return c, true
}

// otherThing reports whether the words right around a figure make it count
// something else than people or records touched.
func otherThing(before, after string) bool {
	head := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return len(after) >= len(w) && after[:len(w)] == w })
	}
	tail := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return len(before) >= len(w) && before[len(before)-len(w):] == w })
	}
	if head("の住所", "の氏名", "の個人情報", "の情報", "分の個人", "の名前", "のメールアドレス", "のデータ") {
		return false
	}
	if after != "" {
		lead := after[:min(len(after), 33)]
		if head("へ", "に対し", "宛", "あて") || head("の") && containsAny(lead, "様へ", "方へ", "者へ", "員へ", "様宛", "方宛", "様に対し", "者に対し", "へ送", "へお知らせを") {
			return true // those it was sent to
		}
	}
	switch {
	case head("の通知書", "の案内", "の調査チーム", "体制", "の体制", "の従業員", "規模", "の委員", "が参加", "が出席", "の試行", "の問合せ", "のお問合せ", "のログイン試行", "のアクセス", "のスタッフ", "の職員が", "の教員", "の社員が",
		"のメールアカウント", "のアカウントに外部", "の弁護士", "ほど確認された", "の保護者1", "の保護者2", "の保護者3", "の保護者4", "の保護者5", "の保護者6", "の保護者7", "の保護者8", "の保護者9", "の事務所", "の専門", "ほど", "の投稿", "の不正", "の通報", "の連絡", "の苦情", "のパソコン", "の端末", "のアカウントに不正アクセスがあり、本人", "が開いて", "がファイルを開", "の記者", "の社員の", "の配信先"):
		return true
	case tail("試行は約", "試行は", "試行回数は", "送信件数は", "アクセスが", "アクセスは", "苦情が", "通報が", "回収済", "未開封", "開封済", "発送した", "フォロワー", "フォロワ", "従業員", "従業員は", "社員数は", "従業員数は", "不正利用されたポイントは", "認知件数は", "事務職員", "本学教員", "問合せは", "委員", "会員数は", "一方、"):
		return true
	case containsAny(after[:min(len(after), 30)], "逮捕", "体制で", "のチーム", "名のチーム", "を処分"):
		return true
	}
	return false
}

// people are the groups that notices count apart; figures of different groups
// add up, figures of the same group do not.
var people = []string{"患者", "職員", "教職員", "学生", "生徒", "児童", "卒業生", "在学生", "会員", "顧客", "お客様", "従業員", "社員", "取引先", "保護者", "受講者", "株主", "応募者", "申込者",
	"学内者", "学外者", "退職者", "役員", "家族", "利用者", "寄附者", "住民", "市民", "塾関係者", "受験生", "受験者", "研修生", "委託元", "パートナー", "入居者", "契約者", "相談者", "参加者", "所属",
	"加盟店", "オーナ", "求職者", "ドライバ", "講師", "担当者", "元従業員", "ご家族", "customers", "employees", "patients", "students", "former employees", "applicants", "shareholders"}

// population is the group that a figure counts, by the nearest word.
func population(before, after string) string {
	best, at := "", -1
	for _, w := range people {
		if i := strings.LastIndex(before, w); i >= 0 && (i+len(w) > at || i+len(w) == at && len(w) > len(best)) {
			best, at = w, i+len(w)
		}
	}
	if at >= 0 && len(before)-at <= 24 && !containsAny(before[at:], "、", "件", "名", "人分") {
		return best
	}
	for _, w := range people {
		if i := strings.Index(after, w); i >= 0 && i <= 12 {
			return w
		}
	}
	return ""
}

// headline chooses the number that the notice leads with: a stated total, else
// the sum over different groups, else the largest figure of people.
func headline(v *view, all []candidate) (int64, []candidate, bool) {
	text := slices.DeleteFunc(slices.Clone(all), func(c candidate) bool { return c.inTitle })
	titled := slices.DeleteFunc(slices.Clone(all), func(c candidate) bool { return !c.inTitle })
	k := &v.r.c.k
	usable := slices.DeleteFunc(slices.Clone(text), func(c candidate) bool {
		s := c.page.sentences[c.sent]
		return corrected(c, s) || c.page.has(k.countPreliminary, span{max(s.start, c.start-24), c.start})
	})
	if len(usable) == 0 {
		usable = text
	}
	if len(usable) == 0 {
		if len(titled) == 0 {
			return 0, nil, false
		}
		return titled[0].value, titled[:1], true
	}
	// Of things sent astray, those with personal data are the ones that count.
	for _, c := range usable {
		head := string(c.page.folded.text[max(c.page.sentences[c.sent].start, c.start-45):c.start])
		if c.partOf && containsAny(head, "個人情報") {
			return c.value, []candidate{c}, true
		}
	}
	// A group told of inside another (うち…) is not the whole.
	whole := slices.DeleteFunc(slices.Clone(usable), func(c candidate) bool { return c.partOf })
	if len(whole) == 0 {
		whole = usable
	}
	byValue := func(a, b candidate) int { return cmp.Compare(a.value, b.value) }
	if totals := slices.DeleteFunc(slices.Clone(whole), func(c candidate) bool { return !c.total }); len(totals) > 0 {
		m := slices.MaxFunc(totals, byValue)
		biggest := slices.MaxFunc(whole, byValue)
		if m.value*2 >= biggest.value {
			return m.value, []candidate{m}, true
		}
	}
	people := slices.DeleteFunc(slices.Clone(whole), func(c candidate) bool { return c.kind != unitPeople })
	pick := whole
	if len(people) > 0 {
		// People beside records of the same sentence: people count.
		mp, mr := slices.MaxFunc(people, byValue), slices.MaxFunc(whole, byValue)
		if mp.value == mr.value || mp.value*20 >= mr.value && !confirmedRecords(whole, mp) {
			pick = people
		}
	}
	if sum, parts, ok := groupSum(pick); ok {
		return sum, parts, true
	}
	m := slices.MaxFunc(pick, byValue)
	return m.value, []candidate{m}, true
}

// corrected reports whether the words after a figure give it up for another.
func corrected(c candidate, s sentence) bool {
	after := string(c.page.folded.text[c.end:min(s.end, c.end+27)])
	for _, w := range []string{"とされた", "とされたうち", "としていた", "から減", "から増", "とお知らせ", "と公表", "と報告していた"} {
		if strings.HasPrefix(after, w) {
			return w != "とお知らせ" && w != "と公表" || strings.Contains(after, "しており") || strings.Contains(after, "していま")
		}
	}
	return false
}

// confirmedRecords reports whether a figure of records larger than p is stated
// as leaked.
func confirmedRecords(all []candidate, p candidate) bool {
	return slices.ContainsFunc(all, func(c candidate) bool {
		return c.kind != unitPeople && c.value > p.value && c.certainty != "total" && p.certainty == "total"
	})
}

// groupSum adds up figures of different groups that stand in one sentence or
// in neighbouring lines, where no total is told.
func groupSum(all []candidate) (int64, []candidate, bool) {
	if len(all) < 2 {
		return 0, nil, false
	}
	biggest := slices.MaxFunc(all, func(a, b candidate) int { return cmp.Compare(a.value, b.value) })
	seen := map[string]bool{}
	var sum int64
	var parts []candidate
	for _, c := range all {
		if c.population == "" || c.kind != biggest.kind {
			continue
		}
		if c.sent-biggest.sent > 3 || biggest.sent-c.sent > 3 {
			continue
		}
		if seen[c.population] {
			continue
		}
		seen[c.population] = true
		sum += c.value
		parts = append(parts, c)
	}
	if len(parts) < 2 || !slices.ContainsFunc(parts, func(c candidate) bool { return c.start == biggest.start }) {
		return 0, nil, false
	}
	// One figure that equals the others' sum is their total.
	if biggest.value*2 == sum {
		return 0, nil, false
	}
	return sum, parts, true
}
