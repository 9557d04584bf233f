package archive

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"slices"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/jsonout"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// Write writes runs as JSON lines, one event a line, in the order of each run. Secrets are redacted unless reveal is set. Members
// that were read and are not known here stay.
func Write(w io.Writer, runs []*Run, reveal bool) error {
	for _, r := range runs {
		for _, e := range r.Entries {
			line, err := e.encode(r, reveal)
			if err != nil {
				return err
			}
			if _, err := w.Write(append(jsonout.Raw(nil, string(line)), '\n')); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e Entry) encode(r *Run, reveal bool) ([]byte, error) {
	if e.Event == nil {
		return scrubbed(e.Line, r.scrub, reveal), nil
	}
	event := e.Event
	if need, ok := event.(flows.NeedUser); ok && !reveal { // nobody waits for the person any more
		need.URL, need.VerificationURIComplete = r.scrub(secret.URL(need.URL)), r.scrub(secret.URL(need.VerificationURIComplete))
		need.Unedited = r.scrub(secret.URL(need.Unedited))
		event = need
	}
	line, err := flows.EncodeEvent(event, reveal)
	if err != nil || e.Line == nil {
		return line, err
	}
	return overlay(e.Line, line, func(raw json.RawMessage) json.RawMessage { return scrubbed(raw, r.scrub, reveal) }, structure()), nil
}

// scrub masks the secrets of the run in a text. Any event of the run knows all of them.
func (r *Run) scrub(text string) string {
	for _, e := range slices.Backward(r.Entries) {
		if e.Event != nil {
			return e.Event.Common().Scrub(text)
		}
	}
	return text
}

// scrubbed gives JSON that is not understood here without what its names and the run give away as secret.
func scrubbed(raw json.RawMessage, scrub func(string) string, reveal bool) json.RawMessage {
	if reveal {
		return raw
	}
	return json.RawMessage(scrub(string(secret.JSON(raw))))
}

// shape names the members of an event that are objects of our own making, in which another version may have put more. What
// came from a provider is not among them: it is redacted as a whole.
type shape map[string]shape

func structure() shape {
	return shape{"request": {}, "response": {}, "timing": {}, "connection": {}, "failure": {}, "oauth_error": {}, "diagnosis": {}, "unedited_request": {}, "wire_response": {}}
}

// overlay gives the object that was encoded with the members of the original that it lacks behind it.
func overlay(original, encoded json.RawMessage, keep func(json.RawMessage) json.RawMessage, inside shape) json.RawMessage {
	var before map[string]json.RawMessage
	if json.Unmarshal(original, &before) != nil || len(encoded) < 2 || encoded[0] != '{' {
		return encoded
	}
	out := []byte{'{'}
	dec := json.NewDecoder(bytes.NewReader(encoded))
	_, _ = dec.Token() // the brace
	for dec.More() {
		token, _ := dec.Token()
		name, _ := token.(string)
		var value json.RawMessage
		if dec.Decode(&value) != nil {
			return encoded
		}
		if within, ok := inside[name]; ok && before[name] != nil {
			value = overlay(before[name], value, keep, within)
		}
		out = member(out, name, value)
		delete(before, name)
	}
	for _, name := range slices.Sorted(maps.Keys(before)) {
		// as an object of its own, so that a secret is known by its name
		one := keep(append(member([]byte{'{'}, name, before[name]), '}'))
		if out[len(out)-1] != '{' {
			out = append(out, ',')
		}
		out = append(out, one[1:len(one)-1]...)
	}
	return append(out, '}')
}

// member adds a member to an object that is being written.
func member(out []byte, name string, value json.RawMessage) []byte {
	if out[len(out)-1] != '{' {
		out = append(out, ',')
	}
	out = append(jsonout.String(out, name), ':')
	return append(out, value...)
}
