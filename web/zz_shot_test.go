package web_test

import (
	"os"
	"os/exec"
	"testing"

	"oshirase/breach"
	"oshirase/web"
)

func TestZZShots(t *testing.T) {
	if os.Getenv("SHOTS") == "" {
		t.Skip()
	}
	s := story(t)
	root := serve(t, config(s.book))
	emptyCfg := config(newShelf(t).book)
	emptyCfg.Sources = func() []web.Source { return sources()[4:] }
	empty := serve(t, emptyCfg)
	lockedCfg := config(s.book)
	lockedCfg.Token = breach.NewSecret(token)
	locked := serve(t, lockedCfg)
	inc := "/incidents/" + grown(t, s)
	for _, x := range [][]string{
		{root + "/?lang=ja", "s-home-ja.png", "1280", "2500", ""}, {root + "/?lang=en", "s-home-en-dark.png", "1280", "2400", "dark"},
		{root + "/?lang=ja", "s-phone.png", "500", "4200", ""}, {root + "/?lang=ja", "s-phone-dark.png", "500", "1500", "dark"}, {root + inc + "?lang=ja", "s-inc-ja.png", "1280", "1300", ""},
		{root + inc + "?lang=en", "s-inc-en-dark.png", "1280", "1300", "dark"}, {root + inc + "?lang=ja", "s-inc-phone.png", "500", "2400", ""},
		{empty + "/?lang=ja", "s-empty-ja.png", "1280", "1000", ""}, {empty + "/?lang=en", "s-empty-en.png", "1280", "1000", ""},
		{root + "/alerts?lang=ja&severity=high", "s-alerts.png", "1280", "900", ""}, {root + "/deliveries?lang=ja", "s-deliv.png", "1280", "700", ""},
		{root + "/deliveries?lang=ja", "s-deliv-phone.png", "500", "1300", ""}, {locked + "/login?lang=ja", "s-login.png", "900", "600", ""}, {root + "/incidents/x?lang=ja", "s-unknown.png", "900", "500", ""},
	} {
		if only := os.Getenv("SHOTS"); only != "all" && only+".png" != x[1] {
			continue
		}
		if out, err := exec.Command("/tmp/ow/shot.sh", x[0], "/tmp/ow/"+x[1], x[2], x[3], x[4]).CombinedOutput(); err != nil {
			t.Error(err, string(out))
		}
	}
}
