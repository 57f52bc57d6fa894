package classifier

func (f *facts) readParties(v *view) {}
