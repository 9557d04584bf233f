package har

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Bounds on what is read. Archives of browsers are large, as they hold every picture; what is kept of them is small.
const (
	MaxFile    = 1 << 30 // bytes
	MaxEntries = 50_000
	maxText    = 2 << 20 // bytes of a body that is kept; longer ones are of pictures and scripts
)

// ErrNone is the error of a text that is no archive.
var ErrNone = errors.New("want an HTTP archive (HAR), a JSON object with log.entries")

// Read reads an archive, entry by entry. keep is asked about each; nil keeps all. What is cut off, and entries that can't
// be read, are told in the log. The error is [ErrNone], or that of r.
func Read(r io.Reader, keep func(*Entry) bool) (*Log, error) {
	counted := &counter{in: io.LimitReader(r, MaxFile)}
	p := &parser{dec: json.NewDecoder(counted), keep: keep}
	err := p.archive()
	if counted.err != nil {
		return nil, fmt.Errorf("read the archive: %w", counted.err)
	}
	if !p.found {
		return nil, ErrNone
	}
	if err != nil && p.log.Cut == "" {
		p.log.Cut = fmt.Sprintf("the file is not whole: it can be read up to byte %d, after %d entries", p.dec.InputOffset(), p.seen)
	}
	return &p.log, nil
}

// counter keeps the error of a reader apart from the faults of what it reads.
type counter struct {
	in  io.Reader
	err error
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.in.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		c.err = err
	}
	return n, err
}

type parser struct {
	dec   *json.Decoder
	keep  func(*Entry) bool
	log   Log
	found bool // log.entries is there
	seen  int
}

func (p *parser) archive() error {
	return p.object(func(name string) error {
		if name == "log" {
			return p.object(p.member)
		}
		return p.skip()
	})
}

// object goes through the members of an object; what is no object is passed over.
func (p *parser) object(member func(name string) error) error {
	token, err := p.dec.Token()
	if err != nil {
		return err
	}
	if token != json.Delim('{') {
		return errors.New("no object")
	}
	for p.dec.More() {
		name, err := p.dec.Token()
		if err != nil {
			return err
		}
		if err := member(fmt.Sprint(name)); err != nil {
			return err
		}
	}
	_, err = p.dec.Token()
	return err
}

func (p *parser) skip() error {
	var nothing json.RawMessage
	return p.dec.Decode(&nothing)
}

func (p *parser) member(name string) error {
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
		return p.skip()
	}
}

// lenient reads a value; one of a wrong type is left out.
func (p *parser) lenient(into any) error {
	var raw json.RawMessage
	if err := p.dec.Decode(&raw); err != nil {
		return err
	}
	_ = json.Unmarshal(raw, into) // what could be read is there
	return nil
}

func (p *parser) entries() error {
	token, err := p.dec.Token()
	if err != nil {
		return err
	}
	if token != json.Delim('[') {
		return errors.New("no list of entries")
	}
	p.found = true
	for p.dec.More() {
		if p.seen == MaxEntries {
			p.log.Cut = fmt.Sprintf("the archive has more than %d entries: the rest was not read", MaxEntries)
			return errors.New("too many entries")
		}
		var raw json.RawMessage
		if err := p.dec.Decode(&raw); err != nil {
			return err
		}
		p.seen++
		p.entry(raw)
	}
	_, err = p.dec.Token()
	return err
}

// entry reads one entry. A member of a wrong type leaves the members around it as they are: encoding/json goes on behind it.
func (p *parser) entry(raw json.RawMessage) {
	var e Entry
	if err := json.Unmarshal(raw, &e); err != nil {
		if _, wrongType := errors.AsType[*json.UnmarshalTypeError](err); !wrongType || e.Request.URL == "" {
			p.log.Skipped++
			return
		}
	}
	if e.Request.URL == "" {
		p.log.Skipped++
		return
	}
	if p.keep != nil && !p.keep(&e) {
		return
	}
	if t := e.Response.Content.Text; t != nil && len(*t) > maxText {
		e.Response.Content.Text = nil
	}
	p.log.Entries = append(p.log.Entries, e)
}
