package batch

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/inspect/lint"
	"github.com/oidcscope/oidcscope/internal/jsonout"
)

// worker turns blocks into output, one at a time.
type worker struct {
	ctx     context.Context
	o       *Options
	path    []string // Options.Field
	words   bool     // some column needs the explaining half of the report
	repeats *cache
	stream  *inspect.Stream
	b       *block
	scratch []byte
}

func newWorker(ctx context.Context, o *Options, repeats *cache) *worker {
	w := &worker{ctx: ctx, o: o, repeats: repeats, stream: inspect.NewStream(o.Keys, o.Context)}
	if o.Field != "" {
		w.path = strings.Split(o.Field, ".")
	}
	for i := range o.Columns {
		w.words = w.words || o.Columns[i].words
	}
	return w
}

// do works through the lines of a block.
func (w *worker) do(b *block) {
	w.b = b
	if b.long {
		b.tally.Lines++
		w.unreadable(b.line, "longer than %d bytes: not read", MaxLine)
		return
	}
	b.out = (*outputs.Get().(*[]byte))[:0]
	number := b.line
	for line := range strings.Lines(b.text) {
		if w.ctx.Err() != nil {
			b.cut = true
			return
		}
		b.tally.Lines++
		w.line(number, strings.TrimRight(line, "\r\n"))
		number++
	}
}

// line finds the tokens of a line and judges them. A blank line is nothing.
func (w *worker) line(number int, line string) {
	text := strings.TrimSpace(line)
	switch {
	case text == "":
	case len(text) > MaxLine:
		w.unreadable(number, "longer than %d bytes: not read", MaxLine)
	case w.path != nil:
		w.member(number, text)
	case !w.o.Log && (!mixed(text) || jsonForm(text)):
		w.token(number, 0, text)
	default:
		found := false
		for at, token := range inspect.TokensIn(line) {
			found = true
			w.token(number, at+1, token)
		}
		if !found && !w.o.Log {
			w.unreadable(number, "no token in this line")
		}
	}
}

// member takes the token out of a JSON line.
func (w *worker) member(number int, text string) {
	doc := inspect.ScanJSON(text)
	if !doc.Complete {
		reason := "no JSON"
		if len(doc.Faults) > 0 {
			reason = "no JSON: " + doc.Faults[0].Message
		}
		w.unreadable(number, "%s", reason)
		return
	}
	v := at(doc.Root, w.path)
	if v == nil {
		w.unreadable(number, "there is no %q", w.o.Field)
		return
	}
	texts, ok := v.Texts()
	if !ok {
		w.unreadable(number, "%q is %s, wanted a token", w.o.Field, v.Kind)
	}
	for _, t := range texts {
		w.token(number, 0, t)
	}
}

// at follows a path of member names, and of numbers in lists. A name may hold dots itself: the longest one that fits counts.
func at(v *inspect.Value, path []string) *inspect.Value {
	if len(path) == 0 || v == nil {
		return v
	}
	if v.Kind == inspect.Array {
		i, err := strconv.Atoi(path[0])
		if err != nil || i < 0 || i >= len(v.Items) {
			return nil
		}
		return at(&v.Items[i], path[1:])
	}
	for n := len(path); n > 0; n-- {
		if got := at(v.Get(strings.Join(path[:n], ".")), path[n:]); got != nil {
			return got
		}
	}
	return nil
}

// token writes what is to be said about one token. column counts bytes from 1; 0 when the token is all there is.
func (w *worker) token(number, column int, text string) {
	b := w.b
	b.out = strconv.AppendInt(append(b.out, `{"line":`...), int64(number), 10)
	if column > 0 {
		b.out = strconv.AppendInt(append(b.out, `,"column":`...), int64(column), 10)
	}
	res, hash := w.repeats.get(text)
	if res == nil {
		res = w.judge(text)
		w.repeats.put(hash, text, res)
	}
	b.out = append(b.out, res.line...)
	b.tally.count(res)
}

// judge inspects a token. The line of the result is only good until the next call, unless it is copied.
func (w *worker) judge(text string) *result {
	var r *inspect.Report
	if w.words {
		r = inspect.Inspect(text, w.o.Keys, w.o.Context)
	} else {
		r = w.stream.Brief(text)
	}
	verdict := &r.Signature
	r.Findings = lint.Check(r, w.o.Keys, w.o.Context)
	res := &result{status: verdict.Status, kid: verdict.KID, time: r.Time.Status, bad: r.Bad(), findings: r.Findings}
	res.bad = res.bad || w.o.RequireVerified && verdict.Status != inspect.Verified
	res.issuer, _ = r.Token.Payload.Get("iss").Text()
	line := w.scratch[:0]
	for i := range w.o.Columns {
		line = w.o.Columns[i].append(line, r)
	}
	w.scratch = append(line, '}', '\n')
	res.line = w.scratch
	return res
}

// unreadable reports a line that no token could be read from.
func (w *worker) unreadable(number int, format string, args ...any) {
	b := w.b
	b.tally.Unreadable++
	b.out = strconv.AppendInt(append(b.out, `{"line":`...), int64(number), 10)
	b.out = append(b.out, `,"kind":"unknown","error":{"in":"line","offset":0,"message":`...)
	b.out = append(jsonout.String(b.out, fmt.Sprintf(format, args...)), '}', '}', '\n')
}
