package classifier

// What tells that it happened at the name before.
var (
	tellsUs    = newLexicon("から", "より", "によると", "によれば")
	happenedAt = newLexicon("において", "におきまして", "におき", "における", "にて", "で", "内", "への", "に対する")
	happenedTo = newLexicon("が", "は", "も")
	toldAt     = newLexicon("によると", "によれば", "において", "における", "にて")
	blamed     = newLexicon("に対", "に", "へ")
	blame      = newLexicon("指導", "抗議", "厳重注意", "改善を求", "報告を求", "説明を求", "損害賠償", "指名停止")
	harms      = newLexicon("被害", "障害", "事案", "攻撃")
	harmsOf    = newLexicon("被害", "障害", "事案", "攻撃", "不正アクセス", "ランサム", "感染", "不備")
	cameOut    = newLexicon("原因は", "原因が", "判明", "分か", "明らか", "発覚")
)

// stricken reads how surely it happened at a mention: 架空物流において,
// のサーバーが, が攻撃を受け, への攻撃, or that they told of it.
func (r *reading) stricken(p *page, s span, m mention, told bool) int {
	k := &r.c.k
	rest := p.folded.text[m.after:s.end]
	within := func(kind int, letters int32) bool {
		return p.has(kind, span{m.after, min(s.end, m.after+3*letters)})
	}
	event := func(letters int32) bool {
		return p.hasAny(p.events, span{m.after, min(s.end, m.after+3*letters)}) || harms.in(rest[:min(len(rest), int(3*letters))])
	}
	switch {
	case tellsUs.at(rest) >= 0 && p.has(k.told, span{m.after, s.end}),
		happenedAt.at(rest) >= 0 && (told || event(20)),
		ofIt.at(rest) >= 0 && (within(k.place, 20) && told || harmsOf.in(rest[:min(len(rest), 8*3)])),
		happenedTo.at(rest) >= 0 && event(40),
		blamed.at(rest) >= 0 && blame.in(rest):
		return 2
	case told, toldAt.at(rest) >= 0, ofIt.at(rest) >= 0 && within(k.place, 20), cameOut.in(p.folded.text[s.start:s.end]):
		return 1
	}
	return 0
}
