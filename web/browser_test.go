package web_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"oshirase/breach"
	"oshirase/web"
)

// browser opens a tab of a headless Chromium, and fails the test when a page
// complains: a script error, or a violation of the content security policy.
func browser(t *testing.T) context.Context {
	t.Helper()
	binary := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			binary = path
			break
		}
	}
	if binary == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("no Chromium is installed, and CI must prove the page in one: apt-get install chromium")
		}
		t.Skip("no Chromium is installed: the page is proved without a browser only")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(binary), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	limited, done := context.WithTimeout(context.Background(), time.Minute)
	allocated, free := chromedp.NewExecAllocator(limited, options...)
	var mu sync.Mutex
	var complaints []string
	ctx, closeTab := chromedp.NewContext(allocated, chromedp.WithListener(func(ev any) {
		mu.Lock()
		defer mu.Unlock()
		switch ev := ev.(type) {
		case *runtime.EventExceptionThrown:
			complaints = append(complaints, ev.ExceptionDetails.Text)
		case *log.EventEntryAdded:
			// A page that is not found is asked for on purpose.
			if ev.Entry.Source != log.EntrySourceNetwork {
				complaints = append(complaints, ev.Entry.Text)
			}
		}
	}))
	t.Cleanup(func() {
		closeTab()
		free()
		done()
		mu.Lock()
		defer mu.Unlock()
		for _, c := range complaints {
			t.Errorf("the browser complains: %s", c)
		}
	})
	return ctx
}

func eval[T any](t *testing.T, ctx context.Context, expression string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return v
}

func visit(t *testing.T, ctx context.Context, address string) {
	t.Helper()
	if err := chromedp.Do(ctx, chromedp.Navigate(address), chromedp.WaitReady(chromedp.CSS("main"))); err != nil {
		t.Fatal(err)
	}
}

func TestABrowserShowsThePagesWithoutComplaint(t *testing.T) {
	ctx := browser(t)
	s := story(t)
	root := serve(t, config(s.book))
	for _, size := range []struct{ width, height int64 }{{1280, 900}, {360, 740}} {
		if err := chromedp.Do(ctx, chromedp.EmulateViewport(size.width, size.height)); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{"/", "/?lang=en", "/alerts", "/deliveries", "/incidents/" + grown(t, s), "/incidents/gone"} {
			visit(t, ctx, root+path)
			if over := eval[int](t, ctx, "document.documentElement.scrollWidth - innerWidth"); over > 0 {
				t.Errorf("%s at %d pixels is %d pixels too wide", path, size.width, over)
			}
			if n := eval[int](t, ctx, "document.styleSheets.length"); n != 1 {
				t.Errorf("%s: %d style sheets", path, n)
			}
		}
	}
	visit(t, ctx, root+"/?lang=ja")
	if title := eval[string](t, ctx, "document.querySelector('h1').textContent"); !strings.HasPrefix(title, "本日のアラートは 3件です") {
		t.Errorf("heading %q", title)
	}
	if first := eval[string](t, ctx, "(document.activeElement.blur(), '')"); first != "" {
		t.Error(first)
	}
	// From the keyboard: the first stop leads past the frame.
	if err := chromedp.Do(ctx, chromedp.KeyEvent("\t")); err != nil {
		t.Fatal(err)
	}
	if at := eval[string](t, ctx, "document.activeElement.className"); at != "skip" {
		t.Errorf("the first stop of the keyboard is %q", at)
	}
}

func TestNoTextOfASourceRunsInABrowser(t *testing.T) {
	ctx := browser(t)
	_, cfg, paths := poison(t, hostile(t))
	root := serve(t, cfg)
	for _, path := range append(paths[:5], paths[len(paths)-4:]...) {
		visit(t, ctx, root+path)
		if title := eval[string](t, ctx, "document.title"); strings.Contains(title, "owned") {
			t.Errorf("%s: a script ran", path)
		}
		if n := eval[int](t, ctx, "document.querySelectorAll('main script, main iframe, main img, main [onerror], main [onload], main [style]').length"); n != 0 {
			t.Errorf("%s: %d elements that no page of ours has", path, n)
		}
	}
}

func TestAnOpenPageComesUpToDateByItself(t *testing.T) {
	ctx := browser(t)
	s := story(t)
	cfg := config(s.book)
	server, err := web.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	run, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- server.Run(run) }()
	ended := sync.OnceValue(func() error { stop(); return <-done })
	t.Cleanup(func() {
		if err := ended(); err != nil {
			t.Error(err)
		}
	})
	visit(t, ctx, "http://"+server.Addr()+"/?lang=ja")
	before := eval[int](t, ctx, "document.querySelectorAll('.alert').length")
	a := s.tell(event{notice: notice("tdnet", "more", "新しい公表", "", breach.Publisher{Name: "サンプル物流"}, now), kind: breach.AlertNew, at: now,
		facts: breach.Case{Severity: breach.High, PrimaryVector: breach.Ransomware, LeakStatus: breach.LeakUnknown}})
	// The page looks again when it becomes visible, and every 15 seconds.
	look := "document.dispatchEvent(new Event('visibilitychange'))"
	eval[bool](t, ctx, look)
	if err := chromedp.Do(ctx, chromedp.WaitVisible(chromedp.CSS("#alert-"+a.ID))); err != nil {
		t.Fatal(err)
	}
	for expression, want := range map[string]string{
		"document.querySelectorAll('.alert').length":                            fmt.Sprint(before), // one more, and the oldest gone
		"document.querySelector('#alert-" + a.ID + "').className.split(' ')[2]": "fresh",
		"document.querySelector('h1').textContent.split('（')[0]":                "本日のアラートは 4件です",
		"document.getElementById('news').textContent":                           "新しいアラートがあります",
		"document.getElementById('offline').hidden":                             "true",
	} {
		if got := eval[string](t, ctx, "String("+expression+")"); got != want {
			t.Errorf("%s is %q, want %q", expression, got, want)
		}
	}
	if err := ended(); err != nil {
		t.Fatal(err)
	}
	eval[bool](t, ctx, look)
	if err := chromedp.Do(ctx, chromedp.WaitVisible(chromedp.CSS("#offline"))); err != nil {
		t.Fatalf("the page does not tell that the monitor is gone: %v", err)
	}
}
