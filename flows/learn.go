package flows

import (
	"bytes"
	"net/url"
	"strings"

	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// Remember puts the secrets of an event into a set: what it names as one, and what its names give away. The engine does so
// by itself; this is for events that come from elsewhere.
func Remember(secrets *secret.Set, e Event) {
	switch e := e.(type) {
	case RunStarted:
		secrets.Spare(e.Issuer)
		secrets.Spare(e.ClientID)
	case Exchange:
		learnExchange(secrets, &e.Exchange, new(reading))
		if e.Unedited != nil || e.Wire != nil { // what an edit took away is no less secret
			before := record.Exchange{Request: e.Request, Response: e.Wire}
			if e.Unedited != nil {
				before.Request = *e.Unedited
			}
			learnExchange(secrets, &before, new(reading))
		}
	case Variable:
		if e.Secret {
			secrets.Add(e.Value)
		}
	case Received:
		if e.Report != nil { // else it is claims about a person, which are no secret of the run
			secrets.Add(e.Raw.Reveal())
		}
	}
}

// WithSecrets gives the common members of an event whose run has these secrets.
func (m Meta) WithSecrets(s *secret.Set) Meta {
	m.secrets = s
	return m
}

// learnExchange remembers the secrets of an exchange by their names, before the exchange is shown. After that they are
// masked by value too, wherever a provider repeats them.
func learnExchange(secrets *secret.Set, e *record.Exchange, read *reading) {
	learnHeaders(secrets, e.Request.Headers)
	learnURL(secrets, e.Request.URL)
	learnBody(secrets, e.Request.Headers, e.Request.Body.Data, read)
	if e.Response != nil {
		learnHeaders(secrets, e.Response.Headers)
		learnBody(secrets, e.Response.Headers, e.Response.Body.Data, read)
	}
}

func learnHeaders(secrets *secret.Set, fields []record.Header) {
	for _, h := range fields {
		switch strings.ToLower(h.Name) {
		case "authorization", "proxy-authorization":
			_, credentials, _ := strings.Cut(h.Value, " ")
			secrets.Add(credentials)
		case "location":
			learnURL(secrets, h.Value)
		}
	}
}

func learnURL(secrets *secret.Set, address string) {
	if !strings.ContainsAny(address, "?#") {
		return
	}
	if u, err := url.Parse(address); err == nil {
		learnValues(secrets, u.Query())
		if q, err := url.ParseQuery(u.Fragment); err == nil {
			learnValues(secrets, q)
		}
	}
}

func learnBody(secrets *secret.Set, fields []record.Header, body []byte, read *reading) {
	if media := mediaType(record.Get(fields, "Content-Type")); media == formType {
		if q, err := url.ParseQuery(string(body)); err == nil {
			learnValues(secrets, q)
		}
		return
	}
	object, err := read.object(bytes.TrimPrefix(body, []byte(byteOrderMark)))
	if err != nil {
		return
	}
	for name := range object {
		if secret.IsMember(name) {
			secrets.Add(object.text(name))
		}
	}
}

func learnValues(secrets *secret.Set, values url.Values) {
	for name, all := range values {
		if !secret.IsParam(name) {
			continue
		}
		for _, v := range all {
			secrets.Add(v)
		}
	}
}
