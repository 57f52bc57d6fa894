package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"oshirase/app/demo"
	"oshirase/extract/pdf/pdftest"
)

// The test binary is also the command: scripts run it as a process of its own,
// with real exit codes, signals and data directories.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"oshirase": main})
}

// TestScripts runs testdata/script. Beside testscript's own commands there are
//
//	code N COMMAND...    run a command and compare its exit code
//	await URL [REGEXP]   wait until URL answers 200 with what REGEXP matches
//	json FILE            every line of FILE (or stdout) is a JSON object
//	join FILE FILE...    write the first of the others, one after the other
//
// and $SITE, the sample world; $ODD, a site that misbehaves; $ADDR, a free
// address on loopback.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:   "testdata/script",
		Setup: setUp,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"code": exitCode, "await": await, "json": jsonLines, "join": join,
		},
		RequireUniqueNames:  true,
		RequireExplicitExec: true,
	})
}

func setUp(env *testscript.Env) error {
	world, err := demo.NewWorld(time.Now())
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- world.Run(ctx) }()
	odd := httptest.NewServer(http.HandlerFunc(oddSite))
	env.Defer(func() {
		cancel()
		<-served
		odd.Close()
	})
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	env.Setenv("SITE", world.URL())
	env.Setenv("ODD", odd.URL)
	env.Setenv("ADDR", free.Addr().String())
	if err := free.Close(); err != nil {
		return err
	}
	document := pdftest.Write("不正アクセスによる個人情報漏えいに関するお知らせとお詫び", []string{
		"架空商事株式会社は、当社のサーバーが不正アクセスを受け、お客様の個人情報1,234件が漏えいしたことを確認いたしました。",
		"漏えいした情報は、氏名、住所および電話番号です。",
	})
	return os.WriteFile(filepath.Join(env.WorkDir, "notice.pdf"), document, 0o600)
}

// oddSite answers as broken sources do.
func oddSite(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/robots.txt":
		fmt.Fprint(w, "User-agent: *\nDisallow: /kept-out\n")
	case "/error-page":
		w.Header().Set("Content-Type", "text/html; charset=UTF-8")
		fmt.Fprint(w, "<!DOCTYPE html><html><head><title>メンテナンス中</title></head><body><p>ただいまメンテナンス中です。</p></body></html>")
	case "/other-rows":
		w.Header().Set("Content-Type", "text/html; charset=UTF-8")
		fmt.Fprint(w, `<!DOCTYPE html><html><body><ul class="topics"><li><a href="/a">お知らせ</a></li></ul></body></html>`)
	case "/terminal":
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprint(w, "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>t</title><item><title>お知らせ&#x202e;&#x9;追記</title><link>https://a.example/1</link></item></channel></rss>")
	case "/blog":
		w.Header().Set("Content-Type", "text/html; charset=UTF-8")
		fmt.Fprint(w, `<!DOCTYPE html><html><head><title>お知らせ</title><link rel="alternate" type="application/rss+xml" href="/blog/feed"></head><body><ul class="topics">`)
		for day := range 9 {
			fmt.Fprintf(w, `<li><time datetime="2026-11-%02d">2026年11月%d日</time> <a href="/blog/%d">%d回目のお知らせです</a></li>`, day+1, day+1, day, day)
		}
		fmt.Fprint(w, "</ul></body></html>")
	case "/moved":
		http.Redirect(w, r, "/blog", http.StatusMovedPermanently)
	case "/broken":
		w.WriteHeader(http.StatusInternalServerError)
	case "/yes":
		w.Header().Set("X-Request-Id", "r-17")
	case "/limited":
		w.Header().Set("Retry-After", "90")
		w.WriteHeader(http.StatusTooManyRequests)
	case "/away":
		http.Redirect(w, r, "http://192.0.2.1/", http.StatusFound)
	default:
		http.NotFound(w, r)
	}
}

func exitCode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N COMMAND...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Check(err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// awaitLimit is far more than a daemon takes to start and poll.
const awaitLimit = 60 * time.Second

func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: await URL [REGEXP]")
	}
	ctx, cancel := context.WithTimeout(context.Background(), awaitLimit)
	defer cancel()
	want := regexp.MustCompile("")
	if len(args) == 2 {
		var err error
		want, err = regexp.Compile(args[1])
		ts.Check(err)
	}
	last := "nothing"
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for {
		body, err := get(ctx, args[0])
		if err == nil && want.MatchString(body) {
			return
		}
		if ctx.Err() == nil {
			last = fmt.Sprintf("%.500s %v", body, err)
		}
		select {
		case <-ctx.Done():
			ts.Fatalf("%s: want %q, last answer: %s", args[0], want, last)
		case <-again.C:
		}
	}
}

func get(ctx context.Context, url string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 8<<20))
	if err == nil && response.StatusCode != http.StatusOK {
		err = errors.New(response.Status)
	}
	return string(body), err
}

func join(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: join FILE FILE...")
	}
	var text strings.Builder
	for _, file := range args[1:] {
		text.WriteString(ts.ReadFile(file))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text.String()), 0o600))
}

func jsonLines(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: json FILE")
	}
	text := strings.TrimSpace(ts.ReadFile(args[0]))
	for line := range strings.Lines(text) {
		var object map[string]any
		if err := json.Unmarshal([]byte(line), &object); err != nil {
			ts.Fatalf("%s: %v in %q", args[0], err, line)
		}
	}
	if text == "" {
		ts.Fatalf("%s is empty", args[0])
	}
}
