package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode"

	"oshirase/app"
	"oshirase/breach"
	"oshirase/classifier"
	"oshirase/extract"
)

type classifyCmd struct {
	configFlag
	Files     []string `arg:"" optional:"" help:"Files to classify; - or none reads stdin."`
	Title     string   `help:"The notice's title, where the input does not hold it."`
	Publisher string   `help:"Who published it, where the input does not tell."`
	Published string   `help:"When it was published (2026-11-24), to resolve dates without a year." placeholder:"DAY"`
	Explain   bool     `help:"For eyes: the text with marks where each field rests, the rules that spoke, and those held back." xor:"output"`
	Track     bool     `help:"Also the alerts and incidents that the sequence would raise, as {\"finding\":…}, {\"alert\":…} and {\"incident\":…} lines." xor:"output"`
	Colour    string   `help:"Colours in --explain: auto, always or never." enum:"auto,always,never" default:"auto"`
}

// maxDocumentBytes bounds a document; NDJSON is read line by line.
const maxDocumentBytes = 64 << 20

// Help implements [kong.HelpProvider].
func (*classifyCmd) Help() string {
	return `A file ending in .ndjson, .jsonl or .json, and stdin that begins with a brace, holds one notice a line; anything else is one document. The same input and rules give the same bytes.

Examples:

	oshirase classify notice.pdf
	oshirase classify --published 2026-11-24 notice.html
	oshirase classify --explain notice.txt
	oshirase classify --track first.txt second.txt
	oshirase replay --stream notices | oshirase classify > findings.ndjson`
}

// Run writes one finding a line for each notice it is given; an input that
// cannot be read does not hold back the others.
func (c *classifyCmd) Run(ctx context.Context, std *streams) error {
	cfg, err := c.load()
	if err != nil {
		return err
	}
	judge, err := app.NewClassifier(cfg)
	if err != nil {
		return usageError{err}
	}
	var published time.Time
	if c.Published != "" {
		if published, err = time.ParseInLocation(time.DateOnly, c.Published, cfg.TimeZone); err != nil {
			return usageError{fmt.Errorf("--published: %w", err)}
		}
	}
	job := classifyJob{cmd: c, judge: judge, reader: app.NewReader(cfg), published: published, out: bufio.NewWriter(std.out), err: std.err,
		colour: c.Colour == "always" || c.Colour == "auto" && terminal(std.out) && os.Getenv("NO_COLOR") == ""}
	if c.Track {
		if job.track, err = newRehearsal(job.out, cfg.Watchlist); err != nil {
			return err
		}
	}
	files := c.Files
	if len(files) == 0 {
		files = []string{"-"}
	}
	var failed []error
	for _, file := range files {
		if err := job.input(ctx, file, std.in); err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", file, err))
		}
	}
	if job.track != nil {
		failed = append(failed, job.track.finish())
	}
	failed = append(failed, job.out.Flush(), job.reader.Close(ctx))
	return errors.Join(failed...)
}

type classifyJob struct {
	cmd       *classifyCmd
	judge     *classifier.Classifier
	reader    *extract.Reader
	published time.Time
	out       *bufio.Writer
	err       io.Writer
	colour    bool
	explained int
	track     *rehearsal // nil without --track
}

func (j *classifyJob) input(ctx context.Context, file string, stdin io.Reader) error {
	in := stdin
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	buffered := bufio.NewReaderSize(in, 64<<10)
	if records(file, buffered) {
		return classifier.ParseRecords(buffered, func(n *breach.Notice) error { return j.judgeOne(ctx, n) })
	}
	body, err := io.ReadAll(io.LimitReader(buffered, maxDocumentBytes+1))
	if err != nil {
		return err
	}
	if len(body) > maxDocumentBytes {
		return fmt.Errorf("larger than %d MiB, more than any notice", maxDocumentBytes>>20)
	}
	text, err := j.reader.Read(ctx, body, "", "file:///"+filepath.Base(file))
	if err != nil {
		return err
	}
	if text.Problem != "" {
		fmt.Fprintf(j.err, "%s: %s\n", file, text.Problem)
	}
	n := &breach.Notice{Text: text.Body}
	n.Revision, n.Source, n.Title = 1, "file", text.Title
	n.ID = breach.NoticeID(n.Source, file)
	return j.judgeOne(ctx, n)
}

// records reports whether an input is NDJSON: by its name, or because it begins
// with a brace.
func records(file string, in *bufio.Reader) bool {
	switch strings.ToLower(filepath.Ext(file)) {
	case ".ndjson", ".jsonl", ".json":
		return true
	case "":
	default:
		return false
	}
	head, _ := in.Peek(512) // shorter inputs give what there is
	head = bytes.TrimLeftFunc(bytes.TrimPrefix(head, []byte("\ufeff")), unicode.IsSpace)
	return len(head) > 0 && head[0] == '{'
}

func (j *classifyJob) judgeOne(ctx context.Context, n *breach.Notice) error {
	if j.cmd.Title != "" {
		n.Title = j.cmd.Title
	}
	if j.cmd.Publisher != "" {
		n.Publisher.Name = j.cmd.Publisher
	}
	if !j.published.IsZero() {
		n.Published, n.PublishedPrecision = j.published, breach.PrecisionDay
	}
	if j.cmd.Explain {
		return j.explain(n)
	}
	finding := j.judge.Classify(n)
	if j.track != nil {
		return j.track.handle(ctx, &finding)
	}
	return json.NewEncoder(j.out).Encode(&finding)
}

// explain prints the work behind a finding; notices are set apart by a line.
func (j *classifyJob) explain(n *breach.Notice) error {
	if j.explained++; j.explained > 1 {
		fmt.Fprintln(j.out, strings.Repeat("═", 60))
	}
	x := explainer{w: j.out, colour: j.colour}
	return x.explain(n, j.judge.Explain(n))
}
