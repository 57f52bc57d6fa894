package classifier

import "oshirase/breach"

// readENISA scores by ENISA's Recommendations for a methodology of the
// assessment of severity of personal data breaches (2013): SE = DPC × EI + CB.
// It needs data of people; without any named the score is left out.
func (f *facts) readENISA(v *view) {
	if len(f.DataTypes) == 0 {
		return
	}
	e := breach.ENISA{DPC: 1, EI: 0.25}
	switch {
	case f.hasData(breach.DataHealth, breach.DataMyNumber, breach.DataIDDocument),
		f.hasData(breach.DataCardSecurityCode):
		e.DPC = 4
	case f.hasData(breach.DataCardNumber, breach.DataBankAccount):
		e.DPC = 3
	case f.hasData(breach.DataPurchaseHistory):
		e.DPC = 2
	}
	switch {
	case f.hasData(breach.DataIDDocument), f.hasData(breach.DataName) && f.hasData(breach.DataAddress):
		e.EI = 1
	case f.hasData(breach.DataName) && f.hasData(breach.DataPhone, breach.DataEmail), f.hasData(breach.DataCardNumber):
		e.EI = 0.75
	case f.hasData(breach.DataEmail, breach.DataLoginID, breach.DataName):
		e.EI = 0.5
	}
	switch {
	case f.PrimaryVector == breach.Misdelivery, f.PrimaryVector == breach.LostOrStolen:
		e.CB = 0.25
	case f.LeakStatus == breach.LeakConfirmed, f.LeakStatus == breach.LeakSuspected:
		e.CB = 0.5
	}
	if f.ServiceDisrupted {
		e.CB += 0.25
	}
	if f.attack || f.hasVector(breach.Insider) {
		e.CB += 0.5
	}
	e.SE = e.DPC*e.EI + e.CB
	switch {
	case e.SE >= 4:
		e.Band = "very high"
	case e.SE >= 3:
		e.Band = "high"
	case e.SE >= 2:
		e.Band = "medium"
	default:
		e.Band = "low"
	}
	f.ENISA = &e
}
