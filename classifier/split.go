package classifier

// split divides a notice into its cases.
func (r *reading) split() []view {
	return []view{r.whole()}
}

func (r *reading) whole() view {
	return view{r: r, title: &r.title, lo: 0, hi: len(r.text.sentences), where: span{0, int32(len(r.text.folded.text))}}
}
