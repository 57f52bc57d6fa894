package classifier

import (
	"slices"

	"oshirase/breach"
)

// frame is what one vector means in VERIS 1.4.1 and ATT&CK v19. veris and
// attack always hold; when holds a detail of the text to the techniques that it
// adds. Only what the text supports is named.
type frame struct {
	veris  []string
	attack []string
	when   []detail
}

type detail struct {
	rule   string // value of topic detail
	attack []string
	veris  []string
}

var frames = map[breach.Vector]frame{
	breach.Ransomware: {veris: []string{"action.malware.variety.Ransomware"}, attack: []string{"T1486"},
		when: []detail{{rule: "T1490", attack: []string{"T1490"}}, {rule: "T1041", attack: []string{"T1041"}}, {rule: "T1657", attack: []string{"T1657"}}, {rule: "T1133", attack: []string{"T1133"}}}},
	breach.Malware: {veris: []string{"action.malware.variety.Unknown"},
		when: []detail{{rule: "T1566.001", attack: []string{"T1566.001", "T1204.002"}}}},
	breach.WebSkimming: {veris: []string{"action.hacking.variety.Exploit vuln", "action.malware.variety.Capture app data", "action.malware.vector.Web application"},
		attack: []string{"T1190", "T1056.003"}, when: []detail{{rule: "T1505.003", attack: []string{"T1505.003"}}}},
	breach.CredentialStuffing: {veris: []string{"action.hacking.variety.Use of stolen creds", "action.hacking.variety.Brute force", "action.hacking.vector.Web application"},
		attack: []string{"T1110.004", "T1078"}},
	breach.AccountTakeover: {veris: []string{"action.hacking.variety.Use of stolen creds"}, attack: []string{"T1078"},
		when: []detail{{rule: "T1078.004", attack: []string{"T1078.004"}}, {rule: "T1586.001", attack: []string{"T1586.001"}},
			{rule: "T1534", attack: []string{"T1586.002", "T1534"}}, {rule: "T1114.002", attack: []string{"T1114.002"}}}},
	breach.VulnerabilityExploit: {veris: []string{"action.hacking.variety.Exploit vuln"}, attack: []string{"T1190"},
		when: []detail{{rule: "T1133", attack: []string{"T1133"}, veris: []string{"action.hacking.vector.VPN"}}, {rule: "SQLi", veris: []string{"action.hacking.variety.SQLi"}}}},
	breach.UnauthorizedAccess: {veris: []string{"action.hacking.variety.Unknown"}},
	breach.Phishing: {veris: []string{"action.social.variety.Phishing"}, attack: []string{"T1566"},
		when: []detail{{rule: "BEC", attack: []string{"T1684.001", "T1657"}, veris: []string{"action.social.variety.Pretexting"}},
			{rule: "T1219", attack: []string{"T1204", "T1219"}, veris: []string{"action.social.variety.Scam"}}}},
	breach.DDoS: {veris: []string{"action.hacking.variety.DoS"}, attack: []string{"T1498"}},
	breach.Defacement: {veris: []string{"attribute.integrity.variety.Defacement", "action.hacking.variety.Unknown"}, attack: []string{"T1491.002"},
		when: []detail{{rule: "T1608.004", attack: []string{"T1608.004"}}}},
	breach.ThirdParty: {veris: []string{"action.hacking.vector.Partner"}, when: []detail{{rule: "T1199", attack: []string{"T1199"}}}},
	breach.Insider: {veris: []string{"action.misuse.variety.Privilege abuse"},
		when: []detail{{rule: "T1052.001", attack: []string{"T1052.001"}}}},
	breach.Misdelivery:      {veris: []string{"action.error.variety.Misdelivery"}},
	breach.Misconfiguration: {veris: []string{"action.error.variety.Misconfiguration"}},
	breach.LostOrStolen:     {veris: []string{"action.error.variety.Loss"}},
	breach.Impersonation: {veris: []string{"action.social.variety.Forgery"}, attack: []string{"T1684.001"},
		when: []detail{{rule: "T1583.001", attack: []string{"T1583.001"}}, {rule: "T1684.002", attack: []string{"T1684.002"}}}},
	breach.OtherVector:   {veris: []string{"action.unknown.variety.Other"}},
	breach.UnknownVector: {veris: []string{"action.unknown.variety.Unknown"}},
}

// readMapping names VERIS actions and ATT&CK techniques for the vectors.
func (f *facts) readMapping(v *view) {
	m := v.r.c.m
	for _, vec := range f.Vectors {
		fr := frames[vec]
		for _, x := range fr.veris {
			f.VERIS = appendNew(f.VERIS, x)
		}
		for _, x := range fr.attack {
			f.ATTACK = appendNew(f.ATTACK, x)
		}
		for _, d := range fr.when {
			if kind, ok := m.kinds["detail/"+d.rule]; !ok || !v.any(kind) {
				continue
			}
			for _, x := range d.attack {
				f.ATTACK = appendNew(f.ATTACK, x)
			}
			for _, x := range d.veris {
				f.VERIS = appendNew(f.VERIS, x)
			}
		}
	}
	if f.hasVector(breach.Phishing) && slices.Contains(f.VERIS, "action.social.variety.Pretexting") && f.PrimaryVector == breach.Phishing {
		f.VERIS = slices.DeleteFunc(f.VERIS, func(x string) bool { return x == "action.social.variety.Phishing" })
	}
	slices.Sort(f.ATTACK)
}
