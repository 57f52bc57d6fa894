package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"runtime/pprof"
	"strings"
	"text/tabwriter"
	"time"

	"oshirase/app/bench"
)

type benchCmd struct {
	Poll benchPollCmd `cmd:"" help:"What polling costs, beside a bare client, on a site of its own on this machine."`
	Site benchSiteCmd `cmd:"" hidden:"" help:"The site of bench poll."`
}

type benchPollCmd struct {
	Sources    int    `help:"Feeds to poll." default:"1000"`
	Items      int    `help:"Items of each feed." default:"30"`
	JSON       bool   `help:"The figures as JSON."`
	CPUProfile string `help:"Write a CPU profile of the run." placeholder:"FILE"`
	MemProfile string `help:"Write a profile of all allocations." placeholder:"FILE"`

	Misbehave bool          `help:"Poll a site that misbehaves in every way instead, and tell what was lost or grew."`
	For       time.Duration `help:"How long it misbehaves." default:"10m"`
}

// Help implements [kong.HelpProvider].
func (*benchPollCmd) Help() string {
	return `It needs no network, and leaves nothing behind.

Examples:

	oshirase bench poll
	oshirase bench poll --sources 10000 --items 10 --json
	oshirase bench poll --misbehave --for 10m`
}

// Run starts the site as a process of its own, whose work is not counted, and
// measures.
func (c *benchPollCmd) Run(ctx context.Context, std *streams) (err error) {
	if c.Sources < 1 || c.Sources > 100_000 || c.Items < 1 || c.Items > 1000 {
		return usageError{fmt.Errorf("use 1 to 100000 sources of 1 to 1000 items")}
	}
	if c.Misbehave {
		return c.soak(ctx, std)
	}
	site, stop, err := startSite(ctx, c.Items, std.err)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	done, err := c.profile()
	if err != nil {
		return err
	}
	result, err := bench.Poll(ctx, bench.Config{
		Site: site, Feeds: c.Sources, Items: c.Items,
		Phase: func(name string) { fmt.Fprintln(std.err, name+" …") },
	})
	if err = errors.Join(err, done()); err != nil {
		return err
	}
	return c.print(std.out, &result)
}

func (c *benchPollCmd) print(out io.Writer, r *bench.Result) error {
	if c.JSON {
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", "  ")
		return encoder.Encode(r)
	}
	fmt.Fprintf(out, "%d feeds of %d items, %d CPUs, %s %s\n", r.Feeds, r.Items, r.CPUs, r.Go, runtime.GOARCH)
	tab := tabwriter.NewWriter(out, 0, 4, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tab, "CLIENT\tPHASE\tPOLLS\tCPU S\tCPU S/1000\tWALL S\tPEAK MB\tNEW\tEXPECTED\tREPEATED\t")
	var wrong []string
	for _, p := range r.Phases {
		fmt.Fprintf(tab, "%s\t%s\t%d\t%.2f\t%.3f\t%.2f\t%d\t%d\t%d\t%d\t\n", p.Client, p.Name, p.Polls, p.CPU, p.Per1000, p.Wall, p.PeakRSS>>20, p.New, p.Expected, p.Repeated)
		if p.New != p.Expected || p.Repeated > 0 {
			wrong = append(wrong, p.Client+" "+p.Name)
		}
	}
	if err := tab.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(out, "nothing new costs %.2f times the bare client; %d MB held when idle\n", r.Ratio, r.IdleRSS>>20)
	for _, remark := range r.Remarks {
		fmt.Fprintln(out, "note:", remark)
	}
	if len(wrong) > 0 {
		return fmt.Errorf("items were lost or repeated: %s", strings.Join(wrong, ", "))
	}
	return nil
}

// soak polls a site in this process.
func (c *benchPollCmd) soak(ctx context.Context, std *streams) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	mischief := bench.NewMischief(c.Items)
	server := &http.Server{Handler: mischief, ReadHeaderTimeout: 10 * time.Second, ErrorLog: log.New(io.Discard, "", 0)}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	s, err := bench.Soak(ctx, bench.Config{Site: "http://" + listener.Addr().String(), Feeds: c.Sources, Items: c.Items}, mischief, c.For)
	closed := server.Close()
	<-ended // it is the news that the server was closed
	if err := errors.Join(err, closed); err != nil {
		return err
	}
	if c.JSON {
		encoder := json.NewEncoder(std.out)
		encoder.SetIndent("", "  ")
		err = encoder.Encode(s)
	} else {
		_, err = fmt.Fprintf(std.out, "%d polls of %d feeds in %d rounds, %.0f s, CPU %.1f s; failed: %v\n%d notices published, %d stored, %d repeated; goroutines %d, then %d; heap %d KB, then %d KB\n",
			s.Polls, s.Feeds, s.Rounds, s.Wall, s.CPU, s.Faults, s.Expected, s.Stored, s.Repeated, s.GoroutinesBefore, s.GoroutinesAfter, s.HeapBefore>>10, s.HeapAfter>>10)
	}
	return errors.Join(err, s.Err())
}

// profile begins the profiles that are asked for.
func (c *benchPollCmd) profile() (done func() error, err error) {
	var steps []func() error
	done = func() error {
		var errs []error
		for _, step := range steps {
			errs = append(errs, step())
		}
		return errors.Join(errs...)
	}
	if c.CPUProfile != "" {
		f, err := os.Create(c.CPUProfile)
		if err != nil {
			return nil, err
		}
		if err := pprof.StartCPUProfile(f); err != nil {
			return nil, errors.Join(err, f.Close())
		}
		steps = append(steps, func() error { pprof.StopCPUProfile(); return f.Close() })
	}
	if c.MemProfile != "" {
		steps = append(steps, func() error {
			f, err := os.Create(c.MemProfile)
			if err != nil {
				return err
			}
			return errors.Join(pprof.Lookup("allocs").WriteTo(f, 0), f.Close())
		})
	}
	return done, nil
}

type benchSiteCmd struct {
	Items int `default:"30"`
}

// Run serves on a loopback port that it prints, until its standard input ends:
// it does not outlive the one who measures.
func (c *benchSiteCmd) Run(ctx context.Context, std *streams) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: bench.NewSite(c.Items), ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	gone := make(chan struct{})
	go func() { _, _ = io.Copy(io.Discard, std.in); close(gone) }() // the end is all that is waited for
	fmt.Fprintln(std.out, "http://"+listener.Addr().String())
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	case <-gone:
	}
	return server.Close()
}

// startSite runs this program as the site.
func startSite(ctx context.Context, items int, messages io.Writer) (address string, stop func() error, err error) {
	self, err := os.Executable()
	if err != nil {
		return "", nil, fmt.Errorf("find this program to start the site: %w", err)
	}
	process := exec.CommandContext(ctx, self, "bench", "site", "--items", fmt.Sprint(items))
	process.Stderr = messages
	stdin, err := process.StdinPipe()
	if err != nil {
		return "", nil, err
	}
	stdout, err := process.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := process.Start(); err != nil {
		return "", nil, fmt.Errorf("start the site: %w", err)
	}
	stop = func() error {
		err := stdin.Close()
		if ended := process.Wait(); ended != nil && ctx.Err() == nil {
			err = errors.Join(err, fmt.Errorf("the site: %w", ended))
		}
		return err
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		return "", nil, errors.Join(fmt.Errorf("the site does not tell its address: %w", err), stop())
	}
	return strings.TrimSpace(line), stop, nil
}
