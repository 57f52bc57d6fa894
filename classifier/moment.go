package classifier

type moment struct{}

func (r *reading) readMoments() {}

func (f *facts) readDates(v *view) {}
