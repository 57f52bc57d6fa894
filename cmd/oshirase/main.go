// Command oshirase watches where organisations in Japan publish their breach
// notices, and tells a SOC what happened, how bad it is, and what changed.
//
// This file translates: arguments, environment, signals and exit codes. Each
// sub-command is one file; package app is what lives.
//
// Exit codes: 0 done, 1 failed, 2 bad usage or configuration. Machine output
// goes to stdout, messages to stderr.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // a container may have no time zones

	"github.com/alecthomas/kong"
)

// version is set by the linker on a release.
var version = "dev"

// Exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

type cli struct {
	Run         runCmd         `cmd:"" help:"Watch the configured sources and tell the receivers."`
	Demo        demoCmd        `cmd:"" help:"Show the whole pipeline on a bundled sample world: no network, no account."`
	Check       checkCmd       `cmd:"" help:"Validate the configuration and the rules; report every fault at once."`
	Sources     sourcesCmd     `cmd:"" help:"List the catalogue of known sources."`
	Poll        pollCmd        `cmd:"" help:"Poll one source now and print its rows; publish nothing."`
	Classify    classifyCmd    `cmd:"" help:"Classify text, HTML, PDF, or NDJSON of notices; findings as NDJSON."`
	Eval        evalCmd        `cmd:"" help:"Measure the classifier against labelled notices."`
	Train       trainCmd       `cmd:"" help:"Learn the classifier's weights from labelled notices, and show what they are worth."`
	Replay      replayCmd      `cmd:"" help:"Print a stretch of a stream; never notifies."`
	Deliveries  deliveriesCmd  `cmd:"" help:"What was told to whom, and what could not be."`
	Notify      notifyCmd      `cmd:"" help:"Try a receiver."`
	Healthcheck healthcheckCmd `cmd:"" help:"Ask the running daemon whether it is well; for container engines."`
	Backfill    backfillCmd    `cmd:"" help:"Store what a source lists of past days that are still online."`
	Bench       benchCmd       `cmd:"" help:"Measure this build on this machine."`
	Version     versionCmd     `cmd:"" help:"Print the version."`
}

// Help implements [kong.HelpProvider].
func (cli) Help() string {
	return `Examples:

	oshirase demo                             the whole pipeline, without network or account
	oshirase check --print > oshirase.yaml    start your own configuration
	oshirase sources                          which sources are known
	oshirase poll https://acme.example/news/  what is there, and how is it watched?
	oshirase check -c oshirase.yaml --online  does it all work?
	oshirase run -c oshirase.yaml             watch, and tell

Exit codes: 0 done, 1 failed, 2 bad usage or configuration.`
}

// streams are what a command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// usageError is a fault of the arguments or the configuration: exit code 2.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], &streams{os.Stdin, os.Stdout, os.Stderr})
	stop()
	os.Exit(code)
}

// exited carries kong's wish to leave (--help) out of the parser.
type exited int

func run(ctx context.Context, args []string, std *streams) (code int) {
	defer func() {
		if r := recover(); r != nil {
			wish, ok := r.(exited)
			if !ok {
				panic(r)
			}
			code = int(wish)
		}
	}()
	parser, err := newParser(ctx, std)
	if err != nil {
		panic(err) // a mistake in the struct tags: every run of the tests sees it
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	command, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(std.err, "oshirase: %v\n", err)
		fmt.Fprintln(std.err, `Run "oshirase --help", or "oshirase COMMAND --help".`)
		return exitUsage
	}
	if err := command.Run(); err != nil {
		fmt.Fprintf(std.err, "oshirase %s: %v\n", command.Selected().Name, err)
		if _, usage := errors.AsType[usageError](err); usage {
			return exitUsage
		}
		return exitFailed
	}
	return exitDone
}

func newParser(ctx context.Context, std *streams) (*kong.Kong, error) {
	return kong.New(&cli{},
		kong.Name("oshirase"),
		kong.Description("Watches breach notices of organisations in Japan: what happened, how bad, who is touched, what changed."),
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Writers(std.out, std.err),
		kong.Exit(func(code int) { panic(exited(code)) }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(std),
	)
}
