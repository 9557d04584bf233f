package flow

import (
	"testing"

	"github.com/oidcscope/oidcscope/flows/explain"
)

func TestTopic(t *testing.T) {
	for _, tt := range []struct {
		name  string
		play  func(*script)
		topic string
		kind  explain.Kind
	}{
		{"a step", (*script).toHeld, "Redeem the code", explain.Step},
		{"a parameter", func(p *script) { p.toHeld(); p.s.details = true; p.s.column.Select("explain.form body2") }, "code", explain.Parameter},
		{"what is edited", func(p *script) { p.toHeld(); p.keys("E", "down", "down", "down", "down") }, "code_verifier", explain.Parameter},
		{"a refusal", (*script).toFailed, "invalid_grant", explain.ErrorCode},
		{"a variable", func(p *script) {
			p.toHeld()
			p.s.setTab(tabVariables)
			p.s.fill()
			p.s.details = true
			p.s.column.Select("variable.0")
		}, "code_verifier", explain.Parameter},
		{"a member of an answer", func(p *script) {
			p.toFailed()
			p.s.setTab(tabResponse)
			p.s.fill()
			p.s.details = true
			p.s.column.Select("response.body.error")
		}, "invalid_grant", explain.ErrorCode},
	} {
		p := newScript(plain(), 120, 32)
		tt.play(p)
		name, kind := p.s.Topic()
		if name != tt.topic || kind != tt.kind {
			t.Errorf("%s: Topic() = %q, %q; want %q, %q (selected %q)", tt.name, name, kind, tt.topic, tt.kind, p.s.column.Selected())
		}
		if len(explain.Find(name).Topics) == 0 {
			t.Errorf("%s: nothing is known about %q", tt.name, name)
		}
	}
}
