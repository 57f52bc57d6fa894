package classifier

import (
	"bytes"
	"strings"

	"oshirase/breach"
)

// candidate is a figure that may count the people or records touched.
type candidate struct {
	*figure
	page       *page
	certainty  string
	population string
	// data: their data is named right after it. received: it counts those that
	// something went to. spared: its clause says that they were not touched.
	// dropped: a later figure replaces it.
	data, received, spared, dropped bool
	gone                            bool // while figures are dropped
	// aside: its sentence speaks of something else. acting: those counted do
	// something. thing: neither people nor records are counted.
	aside, acting, thing bool
	// before: its sentence looks back at another matter. staff: it counts the staff
	// through whom it happened.
	before, staff bool
}

// readCounts reads every figure of people or records, and the headline.
func (f *facts) readCounts(v *view) {
	all := f.candidates(v)
	for i := range all {
		c := &all[i]
		if c.before || c.received || c.aside || c.acting || c.thing || c.kind == unitThings || len(f.Counts) >= maxCounts {
			continue
		}
		if f.Counts == nil {
			f.Counts = make([]breach.Count, 0, min(len(all)-i, maxCounts))
		}
		f.Counts = append(f.Counts, breach.Count{Value: c.value, Unit: c.unit, Certainty: c.certainty, Approx: c.approx, AtMost: c.atMost,
			Population: c.population, Quote: c.page.quote(c.span)})
	}
	f.headline(v, all)
}

const maxCounts = 40

// candidates are the figures of the case that may count people or records.
func (f *facts) candidates(v *view) []candidate {
	all := v.r.candidates[:0]
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
	v.r.candidates = all
	return all
}

// mailbox reports whether the headline counts mails.
func mailbox(c candidate) bool {
	t := c.page.folded.text[c.end:min(int32(len(c.page.folded.text)), c.end+30)]
	return mails.in(t) && !bytes.Contains(t, []byte("メールアドレス"))
}

var mails = newLexicon("のメール", "のメッセージ")

// candidate judges whether a figure counts people or records touched.
func (r *reading) candidate(p *page, g *figure) (candidate, bool) {
	k := &r.c.k
	c := candidate{figure: g, page: p}
	if g.kind == unitOther || g.value == 0 {
		return c, false
	}
	t := p.folded.text
	s := p.sentences[g.sent]
	clause := p.clauses[g.clause]
	// A figure may run past the sentence that it begins in ("No. 3, 2026").
	rest := span{g.end, max(g.end, s.end)}
	c.before = p.has(k.background, span{s.start, g.start})
	c.aside = p.has(k.hypothetical, clause) && !p.has(k.possible, clause) && !p.has(k.found, clause)
	near := s.span
	if p.in == "text" && g.sent > 0 {
		near.start = max(p.sentences[g.sent-1].start, g.start-300)
		// An item of a list stands under the sentence that leads to it.
		for j := g.sent - 1; s.line && j > max(0, g.sent-maxHeadings) && p.sentences[j].line; j-- {
			near.start = p.sentences[j-1].start
		}
	}
	if int(g.sent)+1 < len(p.sentences) {
		near.end = max(near.end, min(p.sentences[g.sent+1].end, g.end+300))
	}
	c.aside = c.aside || !p.has(k.countPeople, near) || p.has(k.fieldForm, s.span) && !p.leaks(k, s.span) && !p.has(k.fieldPersonal, s.span)
	c.data = r.dataOf(p, g)
	c.acting = r.acts(p, g)
	c.received = r.received(p, g)
	c.thing = r.countsThing(p, g)
	c.spared = p.has(k.countNotAffected, span{g.end, max(g.end, clause.end)}) && !p.has(k.possible, rest)
	switch {
	case p.has(k.possible, span{g.start, rest.end}) || g.atMost || p.has(k.possible, clause):
		c.certainty = "possible"
	case p.leaks(k, s.span):
		c.certainty = "confirmed"
	default:
		c.certainty = "total"
	}
	c.population = population(t[max(s.start, g.start-45):max(g.start, s.start)], t[g.end:min(rest.end, g.end+45)])
	if t[g.end-1] < 0x80 {
		c.population = g.unit // English counts the people themselves
	}
	if staff := c.population == "社員" || c.population == "教員"; staff && (p.has(k.countAccount, span{g.end, min(rest.end, g.end+30)}) || g.value <= fewStaff && hasPrefixAt(t, int(g.end), len(t), "が")) {
		c.acting, c.data = true, false // whose account was taken, or who did it
		c.staff = true
	}
	return c, true
}

// dataOf reports whether the data of those counted is named right after a
// figure: 21,406人の氏名, 3名分の会員様の名簿.
func (r *reading) dataOf(p *page, g *figure) bool {
	t := p.folded.text
	after := t[g.end:max(g.end, min(p.clauses[g.clause].end, g.end+60))]
	i := bytes.Index(after, []byte("の"))
	if i < 0 || i > 21 || anotherNoun.in(after[:i]) {
		return false
	}
	at := g.end + int32(i+len("の"))
	if hits := r.dataFrom(p, at); len(hits) > 0 && hits[0].start-at <= 18 {
		return !sentTo(t[hits[0].end:])
	}
	rest := t[at:]
	if w := dataNames.at(rest); w >= 0 {
		return !sentTo(rest[len(dataNames.words[w]):])
	}
	return false
}

var (
	anotherNoun = newLexicon("を", "が", "は", "に", "で", "、", "へ")
	dataNames   = newLexicon("個人情報", "情報", "データ", "名簿", "記録", "連絡先", "名前", "お名前", "書類", "通知", "一覧", "本名", "写真", "画像", "成績", "カルテ", "結果", "検査", "診療", "診断", "履歴", "答案", "申込書", "申請書", "伝票", "明細", "記載")
	sending     = newLexicon("宛", "あて", "に送", "へ送", "に誤", "へ誤", "に対し", "に案内", "にメール", "を発送", "を送付")
)

// sentTo reports whether what was named is where something went.
func sentTo(after []byte) bool { return sending.at(after) >= 0 }

// acts reports whether those counted do something, as staff that checks or
// whose account was taken, or are none at all.
func (r *reading) acts(p *page, g *figure) bool {
	k := &r.c.k
	t := p.folded.text
	s := p.sentences[g.sent]
	if m, ok := p.first(k.countActor, span{g.end, max(g.end, min(s.end, g.end+60))}); ok && m.start-g.end <= 3 && len(bytes.Trim(t[g.end:m.start], "、 ")) == 0 {
		return true
	}
	if g.value != 1 {
		return false
	}
	before := t[s.start:g.start]
	return bytes.HasSuffix(before, []byte("の")) && hasPrefixAt(t, int(g.end), len(t), "は")
}

// fewStaff is how many of the staff may have done a thing together.
const fewStaff = 10

// stuck are the bytes that may stand between a figure and the noun it counts.
const stuck = 12

// countsThing reports whether the noun right beside a figure is neither people
// nor records: 3万件の試行, 試行は約3万件, 994件の通知書を発送.
func (r *reading) countsThing(p *page, g *figure) bool {
	k := &r.c.k
	t := p.folded.text
	s := p.sentences[g.sent]
	end := max(g.end, min(s.end, g.end+45))
	share := strings.HasSuffix(g.unit, "分") // N名分の報告書: what there is of N people
	if m, ok := p.first(k.countThing, span{g.end, end}); ok && m.start-g.end <= stuck && !share {
		switch strings.TrimSpace(string(t[g.end:m.start])) {
		case "", "の", "が", "を", "もの", "以上の", "近い", "近くの", "を超える", "ほどの", "程度が", "程度の", "余りの", "あまりの", "全員が", "ずつ", "に及ぶ", "にのぼる":
			return dataOn.at(t[m.end:min(s.end, m.end+9)]) < 0
		}
	}
	head := span{max(s.start, g.lead-60), g.lead}
	for _, m := range p.within(k.countThing, head) {
		if noun := string(t[m.start:m.end]); strings.HasSuffix(noun, "が") && !strings.HasPrefix(noun, "アクセス") || strings.HasSuffix(noun, "の保護者") {
			continue // 担当者が5名の情報を…: the noun acts
		}
		if m.start > 0 && t[m.start-1] >= '0' && t[m.start-1] <= '9' {
			continue // 76事業所85件: a counter itself
		}
		switch strings.Trim(string(t[m.end:g.lead]), " ") {
		case "", "は", "が", "も", "に", ":", "数は", "件数は", "の件数は", "の数は", "回数は", "数が", "件数が", "数:", "件数:", "は合計", "の合計は":
			return true
		}
	}
	// What was sent on purpose, where nothing went astray.
	clause := p.clauses[g.clause]
	tail := t[g.end:max(g.end, min(clause.end, g.end+75))]
	if stoppable.in(tail) && stopped.in(tail) && !p.leaks(k, clause) {
		return true
	}
	return sentOut.in(tail) && !astray.in(t[clause.start:clause.end])
}

var (
	// dataOn follows a noun and makes it data about people: 相談内容, 応募者, 取引先.
	dataOn    = newLexicon("内容", "者", "履歴", "記録", "情報", "データ", "先", "名", "日", "番号", "の内容", "の記録", "の情報")
	stoppable = newLexicon("アカウント", "カード", "id")
	stopped   = newLexicon("を停止", "は停止", "を凍結", "は凍結", "を無効", "をリセット", "をロック", "を削除")
	sentOut   = newLexicon("を発送", "を送付", "を送信", "を配信", "を郵送", "を配布", "を送った", "を送りま", "が作られ", "が送られ", "が送信され", "が配信され")
	astray    = newLexicon("誤", "別の", "宛先", "bcc", "紛失", "情報を", "氏名を", "アドレスを", "データを", "ファイルを", "名簿を")
)

// received reports whether a figure counts those that something went to.
func (r *reading) received(p *page, g *figure) bool {
	k := &r.c.k
	t := p.folded.text
	clause := p.clauses[g.clause]
	if m, ok := p.first(k.countTarget, span{g.end, max(g.end, min(clause.end, g.end+75))}); ok {
		if gap := t[g.end:m.start]; len(gap) <= 36 && !notGoal.in(gap) {
			return true
		}
	}
	after := t[g.end:max(g.end, min(clause.end, g.end+40))]
	if i := bytes.Index(after, []byte("へ")); i >= 0 && !toFigure.in(after[i:]) && !notToward.in(after[:i]) {
		return true
	}
	head := span{max(p.sentences[g.sent].start, g.lead-30), g.lead}
	if bytes.HasSuffix(bytes.TrimRight(t[head.start:head.end], " "), []byte(" to")) {
		return mailed.in(t[p.sentences[g.sent].start:head.end])
	}
	for _, m := range p.within(k.countReceived, head) {
		if g.lead-m.end <= 6 {
			return true
		}
	}
	return false
}

var (
	notGoal   = newLexicon("を", "が", "は", "情報", "氏名", "データ", "、", "として")
	notToward = newLexicon("を", "が", "は", "に", "情報", "氏名", "データ", "、", "。")
	toFigure  = newLexicon("訂正", "修正", "変更", "改め", "更新")
	mailed    = newLexicon("sent", "mailed", "delivered", "posted", "distributed", "forwarded", "notice to", "message to", "mail to", "mails to")
)

// classes are the groups that notices count apart; figures of different classes
// add up, figures of one class tell of the same people.
var classes = []struct{ word, class string }{
	{"お客様", "顧客"}, {"顧客", "顧客"}, {"会員", "顧客"}, {"利用者", "顧客"}, {"契約者", "顧客"}, {"購入者", "顧客"}, {"ユーザ", "顧客"}, {"個人のお客様", "顧客"},
	{"従業員", "社員"}, {"社員", "社員"}, {"職員", "社員"}, {"教職員", "社員"}, {"役職員", "社員"}, {"スタッフ", "社員"},
	{"患者", "患者"}, {"学生", "学生"}, {"在学生", "学生"}, {"生徒", "学生"}, {"児童", "学生"}, {"園児", "学生"}, {"卒業生", "卒業生"}, {"保護者", "保護者"},
	{"退職者", "退職者"}, {"元従業員", "退職者"}, {"役員", "役員"}, {"家族", "家族"}, {"株主", "株主"}, {"応募者", "応募者"}, {"求職者", "応募者"}, {"志願者", "応募者"}, {"申込者", "申込者"}, {"申請者", "申請者"},
	{"取引先", "取引先"}, {"仕入先", "取引先"}, {"加盟店", "取引先"}, {"パートナー", "取引先"}, {"委託元", "取引先"}, {"オーナ", "オーナ"}, {"住民", "住民"}, {"市民", "住民"}, {"寄附者", "寄附者"}, {"寄付者", "寄附者"},
	{"受講者", "受講者"}, {"受講生", "受講者"}, {"受験生", "受験者"}, {"受験者", "受験者"}, {"研修生", "研修生"}, {"入居者", "入居者"}, {"入所者", "入居者"}, {"相談者", "相談者"}, {"参加者", "参加者"}, {"学内者", "学内者"}, {"学外者", "学外者"},
	{"ドライバ", "ドライバ"}, {"講師", "講師"}, {"教員", "教員"}, {"担当者", "担当者"}, {"関係者", "関係者"}, {"外部", "外部"}, {"法人", "法人"}, {"個人事業主", "個人事業主"}, {"来場者", "来場者"}, {"来館者", "来場者"}, {"退会者", "退会者"}, {"非会員", "非会員"}, {"会員でない方", "非会員"}, {"会員ではない方", "非会員"}, {"会員以外", "非会員"}, {"塾", "塾"},
	{"customers", "customers"}, {"former employees", "former employees"}, {"employees", "employees"}, {"patients", "patients"}, {"students", "students"}, {"applicants", "applicants"}, {"shareholders", "shareholders"}, {"partners", "partners"},
}

// classWords finds the words of classes.
var classWords = func() *automaton {
	words := make([]string, len(classes))
	for i, c := range classes {
		words[i] = c.word
	}
	return newAutomaton(words)
}()

var otherCount = newLexicon("、", "件", "名", "人分", "。")

// population is the group that a figure counts, by the nearest word before it,
// else right after it.
func population(before, after []byte) string {
	best, at, size := "", -1, 0
	classWords.scan(before, func(w int32, end int) {
		if n := len(classes[w].word); end > at || end == at && n > size {
			best, at, size = classes[w].class, end, n
		}
	})
	if at >= 0 && len(before)-at <= 24 && !otherCount.in(before[at:]) {
		return best
	}
	best, size = "", 0
	classWords.scan(after, func(w int32, end int) {
		if n := len(classes[w].word); end-n <= 12 && n > size {
			best, size = classes[w].class, n
		}
	})
	return best
}
