package har

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
)

// Bounds on what is read. Archives of browsers are large, as they hold every picture; what is kept of them is small.
const (
	MaxFile    = 1 << 30   // bytes
	MaxEntries = 50_000    // that are kept
	maxText    = 2 << 20   // bytes of a body that is kept, as it is written; longer ones are of pictures and scripts
	maxKept    = 128 << 20 // bytes of all entries that are kept
	maxPairs   = 1000      // headers, cookies or parameters of an entry; the rest is dropped
)

// ErrNone is the error of a text that is no archive.
var ErrNone = errors.New("want an HTTP archive (HAR), a JSON object with log.entries")

// Options say what is read of an archive.
type Options struct {
	Keep  func(*Entry) bool // is asked about each entry; nil keeps all
	Files fs.FS             // where bodies are that stand in files of their own; nil: nowhere
}

// Read reads an archive, entry by entry: text in UTF-8 or UTF-16, also compressed with gzip, or a zip file with an archive and the bodies in it.
// What is cut off, and entries that can't be read, are told in the log. The error is [ErrNone], or that of r. A zip file is read in place
// when r can seek.
func Read(r io.Reader, o Options) (*Log, error) {
	counted := &counter{}
	text, files, err := unpack(r, o.Files, counted)
	if err != nil {
		return nil, err
	}
	p := &parser{in: &scanner{in: text}, Options: o}
	p.Files = files
	whole := p.archive()
	if counted.err != nil {
		return nil, fmt.Errorf("read the archive: %w", counted.err)
	}
	if !p.found {
		return nil, ErrNone
	}
	if !whole && p.log.Cut == "" {
		p.log.Cut = fmt.Sprintf("the file is not whole: it can be read up to byte %d, after %d entries", p.in.offset(), p.seen)
		if p.part {
			p.log.Cut += "; what there is of the last one is shown"
		}
	}
	p.log.Seen = p.seen
	return &p.log, nil
}

type parser struct {
	Options
	in    *scanner
	log   Log
	found bool // log.entries is there
	seen  int
	kept  int // bytes
	part  bool
	buf   []byte
}

func (p *parser) archive() bool {
	return p.object(func(name string) bool {
		switch name {
		case "log":
			return p.object(p.member)
		case "entries":
			return p.entries()
		}
		return p.in.skip()
	})
}

// object goes through the members of an object, and reports whether it came to its end; what is no object is passed over.
func (p *parser) object(member func(name string) bool) bool {
	if !p.in.take('{') {
		return p.in.skip()
	}
	for !p.in.take('}') {
		p.in.take(',')
		if p.in.peek() != '"' {
			return false
		}
		var name string
		if !p.lenient(&name) || !p.in.take(':') || !member(name) {
			return false
		}
	}
	return true
}

func (p *parser) member(name string) bool {
	switch name {
	case "version":
		return p.lenient((*Text)(&p.log.Version))
	case "comment":
		return p.lenient((*Text)(&p.log.Comment))
	case "creator":
		return p.lenient(&p.log.Creator)
	case "browser":
		return p.lenient(&p.log.Browser)
	case "entries":
		return p.entries()
	default:
		return p.in.skip()
	}
}

// lenient reads a value; one of a wrong type is left out.
func (p *parser) lenient(into any) bool {
	c := p.in.value(nil)
	if !c.over {
		_ = json.Unmarshal(c.data, into) // what could be read is there
	}
	return c.whole
}

func (p *parser) entries() bool {
	if !p.in.take('[') {
		return p.in.skip()
	}
	p.found = true
	for !p.in.take(']') {
		p.in.take(',')
		if next := p.in.peek(); next == 0 || next == '}' { // the end of the file, or of no list
			return false
		}
		if why := p.enough(); why != "" {
			p.log.Cut = fmt.Sprintf("the archive has more than %s: the rest, from its entry %d on, was not read", why, p.seen+1)
			return false
		}
		c := p.in.value(p.buf)
		p.buf = c.data
		if !c.whole {
			if data := c.closed(); data != nil {
				p.part = p.entry(data, true)
			}
			return false
		}
		p.seen++
		if c.over || !p.entry(c.data, false) {
			p.log.Skipped++
		}
	}
	return true
}

// enough says what there is more of than is read; empty when there is not.
func (p *parser) enough() string {
	switch {
	case len(p.log.Entries) >= MaxEntries:
		return fmt.Sprintf("%d entries that may belong to logins", MaxEntries)
	case p.kept > maxKept:
		return fmt.Sprintf("%d MiB of entries that may belong to logins", maxKept>>20)
	case p.in.offset() >= MaxFile:
		return fmt.Sprintf("%d MiB", MaxFile>>20)
	}
	return ""
}

// entry takes one entry, or what there is of it, and reports whether it could be read. A member of a wrong type leaves the members around it as they are:
// encoding/json goes on behind it.
func (p *parser) entry(raw []byte, part bool) bool {
	if !bytes.Contains(raw, []byte(`"url"`)) {
		return false // without the work of parsing it: there may be millions
	}
	var e Entry
	if err := json.Unmarshal(raw, &e); err != nil {
		if _, wrongType := errors.AsType[*json.UnmarshalTypeError](err); !wrongType {
			return false
		}
	}
	if e.Request.URL == "" {
		return false
	}
	if p.Keep != nil && !p.Keep(&e) {
		return true
	}
	for _, pairs := range []*[]Pair{&e.Request.Headers, &e.Request.Cookies, &e.Request.QueryString, &e.Response.Headers, &e.Response.Cookies} {
		bound(pairs)
	}
	if e.Request.PostData != nil {
		bound(&e.Request.PostData.Params)
	}
	p.attach(&e)
	e.Part = part
	p.kept += len(raw)
	p.log.Entries = append(p.log.Entries, e)
	return true
}

// bound drops what no program sends. A pair takes ten times the room of the text that it may have been.
func bound(pairs *[]Pair) {
	if len(*pairs) > maxPairs {
		*pairs = slices.Clone((*pairs)[:maxPairs])
	}
}
