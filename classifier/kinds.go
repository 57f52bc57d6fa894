package classifier

import "oshirase/breach"

// kinds holds the numbers of what the engine itself asks for, resolved once.
type kinds struct {
	incidentTitle, incidentTitleWeak, incidentTold                                  int
	againstTitle, againstTitleStrong, againstText, againstTextStrong, againstOutage int

	past, hypothetical, generic, negated, possible, deniedPossible, abuse, investigating, excluded, found, planned int

	leakNoun, leakAct, leakViewed, leakDelivered, leakTouched, deceit int

	fieldAdvice, fieldAsked, fieldContainer, fieldDocument, fieldForm, fieldMethod, fieldNoun, fieldPersonal, fieldSpared, fieldTried int

	countPeople, countThing, countTouched, countWhole, countWholeBefore, countAfter, countActor, countAccount, countSeveral, countTarget, countReceived, countMutual, countPreliminary, countSuperseded, countNotAffected, countViewer, countUntold, countOne, countMany int

	disrupted, core int

	stageFinal, stageUpdate int

	internal, media, manyClients, specialCare, coreSector, coreService, secret, requester, visitors, restored, unaffected, attempt, noPeople int

	entrusts, serves, provides, uses, role, outsider, told, place, group, helper, commonWord, orgSuffix int

	background, digest, wave, notName, aside, relation, self, namedService int

	// eventKinds are what tells of an incident: every vector but third_party,
	// and the leak.
	eventKinds []int
	leakFrom   int // where the leak's kinds begin in eventKinds

	imagined, prevented, survey, caused, untrue, toldEN, information, pointing int

	vector    map[breach.Vector]int
	methods   []int // the vectors but third_party, in the order of primacy
	data      []int // by the vocabulary's order, as hint
	hint      []int
	authority []int
	date      []int // by roles

	dateExposed int
}

func newKinds(m *machine) kinds {
	k := kinds{
		incidentTitle: m.kind("incident/title"), incidentTitleWeak: m.kind("incident/title_weak"),
		incidentTold: m.kind("incident/apology"),
		againstTitle: m.kind("against/title"), againstTitleStrong: m.kind("against/title_strong"),
		againstText: m.kind("against/text"), againstTextStrong: m.kind("against/text_strong"),
		againstOutage: m.kind("against/outage"),
		past:          m.kind("grammar/past"), hypothetical: m.kind("grammar/hypothetical"),
		generic: m.kind("grammar/generic"), negated: m.kind("grammar/negated"),
		possible: m.kind("grammar/possible"), deniedPossible: m.kind("grammar/denied_possible"),
		abuse: m.kind("grammar/abuse"), investigating: m.kind("grammar/investigating"),
		excluded: m.kind("grammar/excluded"), found: m.kind("grammar/found"), planned: m.kind("grammar/planned"),
		leakNoun: m.kind("leak/noun"), leakAct: m.kind("leak/act"), leakViewed: m.kind("leak/viewed"),
		leakDelivered: m.kind("leak/delivered"), leakTouched: m.kind("leak/touched"), deceit: m.kind("detail/BEC"),
		fieldAdvice: m.kind("field/advice"), fieldAsked: m.kind("field/asked"),
		fieldContainer: m.kind("field/container"), fieldDocument: m.kind("field/document"),
		fieldForm: m.kind("field/form"), fieldMethod: m.kind("field/method"), fieldNoun: m.kind("field/noun"), fieldPersonal: m.kind("field/personal"), fieldSpared: m.kind("field/spared"), fieldTried: m.kind("field/tried"),
		countPeople: m.kind("count/people"), countThing: m.kind("count/thing"), countActor: m.kind("count/actor"), countTouched: m.kind("count/touched"),
		countWhole: m.kind("count/whole"), countWholeBefore: m.kind("count/whole_before"), countAfter: m.kind("count/aftermath"), countAccount: m.kind("count/account"), countSeveral: m.kind("count/several"),
		countTarget: m.kind("count/target"), countReceived: m.kind("count/received"), countMutual: m.kind("count/mutual"),
		countPreliminary: m.kind("count/preliminary"), countSuperseded: m.kind("count/superseded"),
		countNotAffected: m.kind("count/not_affected"),
		countViewer:      m.kind("count/viewer"), countUntold: m.kind("count/untold"), countOne: m.kind("count/one"), countMany: m.kind("count/many"),
		disrupted: m.kind("service/disrupted"), core: m.kind("service/core"),
		stageFinal: m.kind("stage/final"), stageUpdate: m.kind("stage/update"),
		internal: m.kind("severity/internal"), media: m.kind("severity/media"),
		manyClients: m.kind("severity/many_clients"), specialCare: m.kind("severity/special_care"),
		coreSector: m.kind("severity/core_sector"), coreService: m.kind("severity/core_service"), secret: m.kind("severity/secret"),
		requester: m.kind("severity/requester"), visitors: m.kind("severity/visitors"),
		restored: m.kind("severity/restored"), unaffected: m.kind("severity/unaffected"), attempt: m.kind("severity/attempt"), noPeople: m.kind("severity/no_people"),
		background: m.kind("case/background"),
		imagined:   m.kind("grammar/imagined"), prevented: m.kind("grammar/prevented"),
		survey: m.kind("grammar/survey"), toldEN: m.kind("grammar/told_en"), caused: m.kind("grammar/caused"), untrue: m.kind("grammar/untrue"), information: m.kind("incident/information"), pointing: m.kind("incident/pointing"),
		digest: m.kind("case/digest"), wave: m.kind("case/wave"), notName: m.kind("case/not_name"),
		self: m.kind("party/self"), namedService: m.kind("party/named_service"),
		entrusts: m.kind("party/entrusts"), serves: m.kind("party/serves"), provides: m.kind("party/provides"),
		uses: m.kind("party/uses"), role: m.kind("party/role"), outsider: m.kind("party/outsider"), told: m.kind("party/told"), place: m.kind("party/place"),
		group: m.kind("party/group"), helper: m.kind("party/helper"), commonWord: m.kind("party/common_word"),
		orgSuffix: m.kind("party/org_suffix"),
		aside:     m.kind("case/aside"), relation: m.kind("case/relation"),
		vector: map[breach.Vector]int{},
	}
	for _, v := range breach.Vectors() {
		k.vector[v] = m.kind("vector/" + string(v))
		if v != breach.ThirdParty {
			k.eventKinds = append(k.eventKinds, k.vector[v])
		}
	}
	for _, v := range primacy {
		if v != breach.ThirdParty {
			k.methods = append(k.methods, k.vector[v])
		}
	}
	k.leakFrom = len(k.eventKinds)
	k.eventKinds = append(k.eventKinds, k.leakNoun, k.leakAct, k.leakViewed, k.leakDelivered)
	for _, d := range breach.DataTypes() {
		k.data, k.hint = append(k.data, m.kind(dataTopic+string(d))), append(k.hint, m.kind(hintTopic+string(d)))
	}
	for _, a := range breach.Authorities() {
		k.authority = append(k.authority, m.kind("authority/"+string(a)))
	}
	for _, role := range roles {
		k.date = append(k.date, m.kind("date/"+role))
	}
	k.dateExposed = m.kind("date/exposed")
	return k
}
