package doctor

import (
	"context"
	"crypto/rand"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/preset"
	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/inspect"
)

// origin is who the doctor says it is where an answer depends on that (the Fetch standard's Origin), and where nobody is to be
// sent. The name can't exist (RFC 6761 6.4).
const origin = "https://oidcscope.invalid"

// maxRedirects bounds the redirects that the fetch of a document follows.
const maxRedirects = 5

// maxRequest is the time limit of one request when the configuration names none: nobody waits half a minute for a check.
const maxRequest = 15 * time.Second

// collector fetches.
type collector struct {
	cfg    Config
	sched  *schedule
	record *record.Transport
	http   *http.Client
	work   sync.WaitGroup

	mu    sync.Mutex
	heard map[string]*Answer // by the label of the fetch
}

// Run checks a provider and emits what happens, from one goroutine at a time, in order. It returns when all checks have ended, or
// with ctx's error when it is cancelled. Documents at hand are checked without any network. emit must not be nil; it may block.
//
// The error is only ever that of ctx or of unusable transport settings: a provider that can't be reached is a finding, and
// [Report].Unreachable.
func Run(ctx context.Context, cfg Config, emit func(Event)) (*Report, error) {
	cfg = cfg.withDefaults()
	c := &collector{cfg: cfg, heard: map[string]*Answer{}}
	subject := &Subject{Now: cfg.Now(), Client: cfg.Client, Previous: cfg.Previous, Machine: cfg.Machine, Skipped: cfg.Transport.InsecureSkipVerify,
		Offline: cfg.offline(), Probes: map[Fact]*Answer{}}
	subject.Asked, subject.Derived = flows.FromDocument(strings.TrimSpace(cfg.Issuer))
	if cfg.Token != "" {
		subject.Token = inspect.Decode(cfg.Token)
	}
	c.sched = newSchedule(subject, emit)
	if err := c.connect(); err != nil {
		return nil, err
	}
	defer c.record.CloseIdleConnections()
	c.sched.tell(Began{Issuer: cfg.Issuer, Checks: Checks()})
	if subject.Offline {
		c.atHand()
	} else {
		c.online(ctx)
	}
	c.work.Wait()
	c.finish(ctx)
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	report := c.report(subject.Now)
	c.sched.tell(Done{report})
	return report, nil
}

func (c Config) offline() bool { return c.Document != nil || c.KeySet != nil }

func (c Config) withDefaults() Config {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Resolve == nil {
		c.Resolve = func(ctx context.Context, host string) ([]netip.Addr, error) {
			return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
		}
	}
	if c.Dial == nil {
		c.Dial = (&net.Dialer{Timeout: maxRequest}).DialContext
	}
	if c.Listen == nil {
		c.Listen = new(net.ListenConfig).Listen
	}
	if c.Transport.Timeout <= 0 {
		c.Transport.Timeout = maxRequest
	}
	return c
}

// connect makes the transport that every request goes through.
func (c *collector) connect() error {
	rt, err := c.transport(record.Options{})
	if err != nil {
		return err
	}
	c.record, c.http = rt, rt.Client()
	return nil
}

// transport makes a transport as configured, with what o says beside.
func (c *collector) transport(o record.Options) (*record.Transport, error) {
	t := c.cfg.Transport
	o.CAPEM, o.Timeout, o.InsecureSkipVerify, o.Proxy, o.Base, o.Now = t.CAPEM, t.Timeout, t.InsecureSkipVerify, t.Proxy, t.Base, c.cfg.Now
	o.OnExchange = c.hear
	if o.Dial == nil {
		o.Dial = c.cfg.Dial
	}
	return record.New(o)
}

// hear takes a finished exchange from the transport.
func (c *collector) hear(e record.Exchange) {
	c.mu.Lock()
	if a := c.heard[e.Step]; a != nil {
		a.Exchanges = append(a.Exchanges, e)
	}
	c.mu.Unlock()
	c.sched.tell(Exchanged{e})
}

// ask is one request.
type ask struct {
	label     string // unique in the run
	purpose   string
	method    string // GET when empty
	url       string
	form      url.Values // nil: none
	json      string     // empty: none
	header    http.Header
	redirects int
	client    *http.Client // nil: the usual one
}

// send makes a request and gives what came of it. The answer has at least one exchange unless the address can't be asked.
func (c *collector) send(ctx context.Context, q ask) *Answer {
	a := &Answer{Purpose: q.purpose}
	c.mu.Lock()
	c.heard[q.label] = a
	c.mu.Unlock()
	if req := q.request(); req != nil {
		client := q.client
		if client == nil {
			client = c.http
		}
		label := record.Label{Step: q.label, Purpose: q.purpose, Redirects: q.redirects}
		if res, err := client.Do(req.WithContext(record.WithLabel(ctx, label))); err == nil {
			res.Body.Close() // read already by the recorder
		}
	}
	c.mu.Lock()
	delete(c.heard, q.label)
	c.mu.Unlock()
	c.sched.mu.Lock()
	c.sched.subject.All = append(c.sched.subject.All, a)
	c.sched.mu.Unlock()
	return a
}

func (q *ask) request() *http.Request {
	method, body, kind := q.method, "", ""
	if method == "" {
		method = http.MethodGet
	}
	switch {
	case q.json != "":
		body, kind = q.json, "application/json"
	case q.form != nil:
		body, kind = q.form.Encode(), "application/x-www-form-urlencoded"
	}
	req, err := http.NewRequest(method, q.url, strings.NewReader(body))
	if err != nil {
		return nil
	}
	req.Header.Set("Accept", "application/json")
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	for name, values := range q.header {
		req.Header[name] = values
	}
	return req
}

// get makes the question for a public document.
func get(label, purpose, address string) ask {
	return ask{label: label, purpose: purpose, url: address, redirects: maxRedirects}
}

// fetch asks in the background and settles a fact with the answer.
func (c *collector) fetch(ctx context.Context, f Fact, q ask, put func(*Subject, *Answer)) {
	c.work.Go(func() {
		a := c.send(ctx, q)
		how := there()
		if len(a.Exchanges) == 0 {
			how = lacking("the address can't be asked")
		}
		c.sched.settle(f, how, func(s *Subject) { put(s, a) })
	})
}

// atHand takes the documents that were given.
func (c *collector) atHand() {
	const why = "documents at hand were checked, nothing was fetched"
	doc := newDocument("", c.cfg.Document)
	c.pick(doc)
	if c.cfg.Document == nil {
		c.sched.settleRest("no discovery document was given", factText, factDocument)
	} else {
		c.takeDocument(doc)
	}
	if c.cfg.KeySet == nil {
		c.sched.settleRest("no key set was given", factKeysText, factKeys)
	} else {
		c.takeKeys(c.cfg.KeySet)
	}
	c.sched.settle(factLocal, lacking(why), nil)
	c.sched.settleRest(why, facts[:]...)
}

// pick decides on the profile, before any rule is judged.
func (c *collector) pick(doc *Document) {
	c.sched.mu.Lock()
	defer c.sched.mu.Unlock()
	s := c.sched.subject
	s.Profile = c.cfg.Profile
	if s.Profile == "" {
		s.Profile = pickProfile(doc)
	}
	clues := preset.Clues{Issuer: s.Asked}
	if doc.Readable() {
		if issuer := doc.text("issuer"); issuer != "" {
			clues.Issuer = issuer
		}
		clues.Document = []byte(doc.Text)
	}
	name := ""
	if s.Preset, _ = preset.Recognise(clues); s.Preset != nil {
		name = s.Preset.Name
	}
	c.sched.say(Picked{Profile: s.Profile, Provider: name})
}

func (c *collector) takeDocument(doc *Document) {
	c.sched.settle(factText, there(), func(s *Subject) { s.Doc = doc })
	if doc.Readable() {
		c.sched.settle(factDocument, there(), nil)
	} else {
		c.sched.settle(factDocument, lacking("there is no discovery document that could be read"), nil)
	}
}

func (c *collector) takeKeys(text []byte) {
	set := inspect.ParseKeySet(text, "jwks", "")
	keys := readKeys(set)
	c.sched.settle(factKeysText, there(), func(s *Subject) { s.KeysText, s.Set, s.Keys = text, set, keys })
	if len(set.Keys) == 0 {
		c.sched.settle(factKeys, lacking("there is no key set that could be read"), nil)
	} else {
		c.sched.settle(factKeys, there(), nil)
	}
}

// finish settles what is left, which is something only when the run was cancelled or a document could not be had.
func (c *collector) finish(ctx context.Context) {
	if ctx.Err() != nil {
		c.sched.mu.Lock()
		c.sched.silent = true
		c.sched.mu.Unlock()
	}
	c.sched.settle(factTravel, there(), nil)
	c.sched.settleRest("not fetched", facts[:]...)
}

func (c *collector) report(began time.Time) *Report {
	s := c.sched.subject
	r := &Report{Issuer: s.Asked, Profile: s.Profile, Outcomes: c.sched.results(), Subject: s, Duration: c.cfg.Now().Sub(began)}
	if r.Issuer == "" {
		r.Issuer = s.Doc.text("issuer")
	}
	if s.Preset != nil {
		r.Provider = s.Preset.Name
	}
	for _, a := range s.All {
		r.Requests += len(a.Exchanges)
	}
	r.Overview = overview(s)
	r.Unreachable = s.unreachable()
	return r
}

// unreachable says why no place of the document gave an answer at all; empty when one did.
func (s *Subject) unreachable() string {
	if s.Offline || slices.ContainsFunc(s.Places, func(p PlaceAnswer) bool { return p.Answer.last() != nil && p.Answer.last().Response != nil }) {
		return ""
	}
	if f := s.Answer.failure(); f != nil {
		return f.Message
	}
	return "no address to ask"
}

// unlikely is a name that no client has.
func unlikely() string { return "oidcscope-doctor-" + strings.ToLower(rand.Text()) }
