package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"github.com/oidcscope/oidcscope/cmd/oidcscope/internal/plain"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/inspect/batch"
	"github.com/oidcscope/oidcscope/internal/config"
)

// batchOptions are the flags of inspect --batch.
type batchOptions struct {
	on     bool
	log    bool
	field  string
	fields []string
}

func (o *batchOptions) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.BoolVar(&o.on, "batch", false, "inspect a stream of tokens: one JSON line each, a summary on standard error")
	f.BoolVar(&o.log, "log", false, "with --batch: lines without a token are nothing to report")
	f.StringVar(&o.field, "field", "", "with --batch: lines are JSON, and the token is at this `PATH` (request.auth.token)")
	f.StringSliceVar(&o.fields, "fields", nil, "with --batch: `MEMBERS` to write, such as signature.status,findings.id,payload.sub; all is everything")
}

// check refuses what is only for streams where there is none.
func (o *batchOptions) check() error {
	if o.on {
		return nil
	}
	for _, flag := range []struct {
		name string
		set  bool
	}{{"--log", o.log}, {"--field", o.field != ""}, {"--fields", len(o.fields) > 0}} {
		if flag.set {
			return usage("add --batch", "%s is for streams of tokens", flag.name)
		}
	}
	return nil
}

// runBatch inspects the stream that args name.
func runBatch(ctx context.Context, sys *system, common *shared, o *inspectOptions, args []string) error {
	if err := errors.Join(o.output.check(), checkFormat(&o.format, &o.output)); err != nil {
		return err
	}
	switch {
	case o.output.plain:
		return usage("leave --plain out", "--batch writes JSON lines, there is no other form")
	case o.format != "" && o.format != "json":
		return usage("leave --batch out: every token of a file is inspected, up to "+grouped(inspect.MaxFound), "--batch writes JSON lines, not %s", o.format)
	case o.payload != "":
		return usage("", "--payload belongs to one token, and --batch reads many")
	case o.batch.log && o.batch.field != "":
		return usage("give one of them", "--log and --field exclude each other")
	}
	known, err := o.context(sys)
	if err != nil {
		return err
	}
	columns, err := batch.Columns(o.batch.fields, config.Nearest)
	if err != nil {
		return usage("", "--fields: %w", err)
	}
	keys, err := o.keys.load(ctx, sys, common)
	if err != nil {
		return err
	}
	in, err := openStream(sys, args)
	if err != nil {
		return err
	}
	defer in.Close()
	if sys.getenv("GOGC") == "" {
		debug.SetGCPercent(400) // what is alive is small and bounded: collecting it less often costs a few MiB
	}
	progress := progress{sys: sys, on: sys.stderrTerminal && !sys.stdoutTerminal && sys.getenv("TERM") != "dumb", began: sys.now()}
	sum, err := batch.Run(ctx, in, sys.stdout, batch.Options{
		Keys: keys, Context: known, RequireVerified: o.requireVerified,
		Field: o.batch.field, Log: o.batch.log, Columns: columns, Written: progress.show,
	})
	progress.clear()
	if o.output.json {
		err = errors.Join(err, writeJSON(sys.stderr, sum))
	} else {
		if ctx.Err() != nil {
			sys.notes(common.noColor).Note("interrupted: the summary is of what was read until then")
		}
		summarise(sys.notes(common.noColor), sum)
	}
	switch {
	case err != nil:
		return err
	case sum.Tokens == 0 && !o.batch.log:
		return usage("every line is a token, or has one in it; with --field it is JSON", "want tokens, got none in %s", plural(sum.Lines, "line"))
	case sum.Bad > 0:
		return withCode(exitBad, nil)
	}
	return nil
}

// openStream opens the file that is named, or standard input.
func openStream(sys *system, args []string) (io.ReadCloser, error) {
	if len(args) > 0 && args[0] != "-" {
		f, err := os.Open(args[0])
		if err != nil {
			return nil, usage("with --batch the argument is a file, or - for standard input", "%w", err)
		}
		return f, nil
	}
	if len(args) == 0 && sys.stdinTerminal {
		return nil, usage("oidcscope inspect --batch FILE, or oidcscope inspect --batch < FILE", "want a stream of tokens, got none: standard input is a terminal")
	}
	return io.NopCloser(sys.stdin), nil
}

// progress is a line on the terminal that says how far the stream is. It is drawn over itself, a few times a second.
type progress struct {
	sys         *system
	on          bool
	began, last time.Time
	shown       bool
}

func (p *progress) show(sum *batch.Summary) {
	now := p.sys.now()
	if !p.on || now.Sub(p.last) < 200*time.Millisecond {
		return
	}
	p.last, p.shown = now, true
	rate := float64(sum.Tokens) / max(now.Sub(p.began).Seconds(), 0.001)
	fmt.Fprintf(p.sys.stderr, "\r\x1b[K%s, %s bad, %.0f a second", plural(sum.Tokens, "token"), grouped(sum.Bad), rate)
}

func (p *progress) clear() {
	if p.shown {
		fmt.Fprint(p.sys.stderr, "\r\x1b[K")
	}
}

// most is how many names of each kind the summary lists.
const most = 12

// summarise prints what was counted.
func summarise(out *plain.Printer, sum *batch.Summary) {
	out.Note(fmt.Sprintf("%s in %s, %s bad", plural(sum.Tokens, "token"), plural(sum.Lines, "line"), grouped(sum.Bad)))
	if sum.Unreadable > 0 {
		out.Note(fmt.Sprintf("%s without a token", plural(sum.Unreadable, "line")))
	}
	for _, part := range []struct {
		title  string
		counts *batch.Counts
	}{{"signature", &sum.Signature}, {"time", &sum.Time}, {"findings", &sum.Findings}, {"keys", &sum.Keys}, {"issuers", &sum.Issuers}} {
		sorted := part.counts.Sorted()
		rest := part.counts.Others
		for i, c := range sorted {
			if i >= most {
				rest += c.N
				continue
			}
			title := part.title
			if i > 0 {
				title = ""
			}
			if c.Name == "" {
				c.Name = "(none)"
			}
			out.Note(fmt.Sprintf("%-10s %9s  %s", title, grouped(c.N), c.Name))
		}
		if rest > 0 {
			out.Note(fmt.Sprintf("%-10s %9s  (others)", "", grouped(rest)))
		}
	}
}

// plural writes a number with its noun: "1 token", "1,024 tokens".
func plural(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return grouped(n) + " " + noun
}

// grouped writes a number with commas between the thousands.
func grouped(n int) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
