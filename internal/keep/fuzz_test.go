package keep

import (
	"encoding/json"
	"testing"
)

// FuzzParts reads entries that something else wrote: no panic, no more memory than the bound, and what is taken is what was written.
func FuzzParts(f *testing.F) {
	f.Add("=text", "", "")
	f.Add(">1:4:id:"+digest("text"), "text", "")
	f.Add(">2:8:id:"+digest("texttext"), "text", "text")
	f.Add(">436:1048576:id:x", "", "")
	f.Fuzz(func(t *testing.T, head, first, second string) {
		ring := newRing()
		ring.entries["a"], ring.entries["a/id/0"], ring.entries["a/id/1"] = head, first, second
		text, err := parts{ring}.get(t.Context(), "a")
		if err != nil {
			return
		}
		if len(text) > maxText {
			t.Fatalf("%d bytes", len(text))
		}
		if l, err := parseList(head); err == nil && (len(text) != l.size || digest(text) != l.sum) {
			t.Fatalf("%q is not what the list says", text)
		}
	})
}

// FuzzDecode reads sessions that something else wrote; what is read can be written and read again.
func FuzzDecode(f *testing.F) {
	f.Add(`{"version":1,"name":"work","issuer":"https://idp.example","client_id":"cli","saved":"2026-01-02T03:04:05Z","data":{"tokens":{}}}`)
	f.Add(`{"version":1,"settings":{"scope":["openid"]}}`)
	f.Fuzz(func(t *testing.T, text string) {
		s, err := decode(text)
		if err != nil {
			return
		}
		if s.Data == nil {
			s.Data = []byte("null")
		}
		again, err := json.Marshal(keptForm{version, s})
		if err != nil {
			t.Skip(err) // a year beyond 9999
		}
		if _, err := decode(string(again)); err != nil {
			t.Fatalf("%s: %v", again, err)
		}
	})
}
