package archive

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/oidcscope/oidcscope/flows"
)

// Bounds on what is read of a file.
const (
	MaxFile   = 256 << 20 // bytes
	maxLine   = 16 << 20  // bytes of one event: two bodies of record.BodyLimit, escaped
	maxEvents = 50_000
	maxRuns   = 200
	maxTold   = 5 // lines whose fault is told one by one, and kinds of events that are not known
)

// ErrNone is the error of a text in which there is no event.
var ErrNone = errors.New("want a saved run, JSON lines of events")

// File is what was read of a saved file.
type File struct {
	Runs     []*Run
	Warnings []string // what could not be read, in words
}

// Read reads saved runs. What can't be read is told in the warnings and passed over; the end of a file that was cut off
// is, too. The error is that of r, or [ErrNone].
func Read(r io.Reader, source string) (*File, error) {
	reader := &lineReader{in: bufio.NewReaderSize(io.LimitReader(r, MaxFile+1), 64<<10)}
	f := &fileReader{source: source}
	for {
		line, err := reader.next()
		if done := f.take(line, reader); done || errors.Is(err, io.EOF) {
			return f.finish(reader)
		}
		if err != nil {
			return nil, fmt.Errorf("read the saved run: %w", err)
		}
	}
}

// fileReader collects the events of a file.
type fileReader struct {
	File
	source  string
	decoder flows.Decoder
	events  int
	bad     int
	unknown map[string]int
	seen    bool // something beside empty lines
	more    bool // there were more runs than are read
}

// take takes one line, and reports whether it is enough.
func (f *fileReader) take(line []byte, at *lineReader) (enough bool) {
	line = bytes.TrimSpace(line)
	switch {
	case at.read > MaxFile:
		f.warn("the file is longer than %d MiB: the rest was not read", MaxFile>>20)
		return true
	case at.tooLong:
		f.refuse("line %d is longer than %d MiB", at.number, maxLine>>20)
	case len(line) == 0:
	case f.events == maxEvents:
		f.warn("the file has more than %d events: the rest was not read", maxEvents)
		return true
	default:
		f.seen = true
		f.event(line, at)
		return f.events == 0 && f.bad > maxTold // this is something else
	}
	return false
}

func (f *fileReader) event(line []byte, at *lineReader) {
	e, err := f.decoder.Decode(line)
	var unknown *flows.UnknownEvent
	id := ""
	switch {
	case errors.As(err, &unknown):
		if f.unknown == nil {
			f.unknown = make(map[string]int)
		}
		if _, told := f.unknown[unknown.Name]; told || len(f.unknown) < maxTold {
			f.unknown[unknown.Name]++
		}
		var head struct{ Run string }
		_ = json.Unmarshal(line, &head) // a name of another type is no name
		id = head.Run
	case err != nil && at.ended && !json.Valid(line):
		f.warn("the file ends in the middle of line %d: it was cut off; what came before is shown", at.number)
		return
	case err != nil:
		f.refuse("line %d: %v", at.number, err)
		return
	default:
		f.events++
		id = e.Common().Run
	}
	if runs := add(f.Runs, id, Entry{Event: e, Line: bytes.Clone(line)}); len(runs) <= maxRuns {
		f.Runs = runs
	} else {
		f.more = true
	}
}

func (f *fileReader) warn(format string, args ...any) {
	f.Warnings = append(f.Warnings, fmt.Sprintf(format, args...))
}

// refuse tells the first bad lines one by one.
func (f *fileReader) refuse(format string, args ...any) {
	if f.bad++; f.bad <= maxTold {
		f.warn(format+": passed over", args...)
	}
}

func (f *fileReader) finish(at *lineReader) (*File, error) {
	switch {
	case !f.seen:
		return nil, fmt.Errorf("%w; there is nothing in it", ErrNone)
	case f.events == 0:
		return nil, fmt.Errorf("%w; got something else", ErrNone)
	}
	if more := f.bad - maxTold; more > 0 {
		f.warn("%d more lines were passed over", more)
	}
	for _, name := range slices.Sorted(maps.Keys(f.unknown)) {
		f.warn("%d of %q, which this version does not know: kept, not shown", f.unknown[name], name)
	}
	if f.more {
		f.warn("no more than %d runs of a file are read", maxRuns)
	}
	var runs []*Run
	for _, r := range f.Runs {
		r.Source = f.source
		if len(events[flows.Event](r)) == 0 {
			continue
		}
		r.attachKeys()
		runs = append(runs, r)
		if len(events[flows.Done](r)) == 0 {
			f.warn("the run %q has no end: the record stops before it", r.Started().Title)
		}
	}
	f.Runs = runs
	return &f.File, nil
}

// lineReader reads lines of bounded length.
type lineReader struct {
	in      *bufio.Reader
	number  int
	read    int64
	tooLong bool // the line was; it is empty then
	ended   bool // the line had no end
}

// next gives the next line, with io.EOF when it is the last.
func (l *lineReader) next() (line []byte, err error) {
	l.number++
	l.tooLong = false
	for {
		part, err := l.in.ReadSlice('\n')
		l.read += int64(len(part))
		if len(line)+len(part) > maxLine {
			l.tooLong, line = true, nil
		}
		if !l.tooLong {
			line = append(line, part...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		l.ended = err != nil
		return line, err
	}
}
