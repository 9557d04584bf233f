package plain

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/flows/doctor"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/safe"
)

// Doctor prints what the doctor found, the worst first, then the counts, then what the provider offers.
func (p *Printer) Doctor(r *doctor.Report) {
	title := "Doctor"
	if r.Issuer != "" {
		title += ": " + safe.Text(r.Issuer)
	}
	p.ends(0, title, p.bold, doctorTook(r), p.dim)
	p.under(1, p.dim, doctorWho(r))
	if r.Unreachable != "" {
		p.verdict(markBad, p.bad, "not reached", r.Unreachable)
	}
	found := slices.DeleteFunc(slices.Clone(r.Outcomes), func(o doctor.Outcome) bool { return o.Result != rule.Found })
	slices.SortStableFunc(found, func(a, b doctor.Outcome) int { return cmp.Compare(b.Worst(), a.Worst()) })
	for i := range found {
		if i == 0 || found[i].Worst() != found[i-1].Worst() {
			p.section(severityTitle(found[i].Worst()))
		}
		p.outcome(&found[i])
	}
	p.doctorCounts(r)
	p.doctorPanes(r.Overview)
}

func doctorTook(r *doctor.Report) string {
	if r.Requests == 0 {
		return "nothing was fetched"
	}
	return fmt.Sprintf("%s, %s", count(r.Requests, "request"), duration(r.Duration))
}

func doctorWho(r *doctor.Report) string {
	who := "profile " + string(r.Profile)
	if r.Provider != "" {
		who += " · looks like " + r.Provider
	}
	return who
}

func severityTitle(s rule.Severity) string {
	switch s {
	case rule.Error:
		return "Errors"
	case rule.Warn:
		return "Warnings"
	default:
		return "Good to know"
	}
}

// maxFound bounds how many findings of one check are listed.
const maxFound = 12

// outcome prints one check with its findings. Notes are short: what people have to act on has its reason and repair.
func (p *Printer) outcome(o *doctor.Outcome) {
	mark, paint := markNeutral, p.dim
	switch o.Worst() {
	case rule.Error:
		mark, paint = markBad, p.bad
	case rule.Warn:
		mark, paint = markCare, p.care
	}
	p.line("   " + paint(mark+" "+o.ID+" "+o.Slug))
	for i, f := range o.Findings {
		if i == maxFound {
			p.under(5, p.dim, fmt.Sprintf("and %d more", len(o.Findings)-i))
			break
		}
		p.under(5, asIs, f.Message)
	}
	p.under(5, p.dim, o.Remark)
	if o.Worst() == rule.Info {
		return
	}
	f := o.Findings[0]
	if f.Fix != "" {
		p.under(5, p.dim, "fix: "+f.Fix)
	}
	p.under(5, p.dim, f.Ref)
}

func (p *Printer) doctorCounts(r *doctor.Report) {
	s := doctor.Count(r.Outcomes)
	p.section(fmt.Sprintf("%d checks", s.Checks))
	p.line("   " + p.bad(fmt.Sprintf("%s %s", markBad, count(s.Errors, "error"))) + "  " + p.care(fmt.Sprintf("%s %s", markCare, count(s.Warnings, "warning"))) +
		"  " + fmt.Sprintf("%s %s", markNeutral, count(s.Infos, "note")))
	p.line("   " + p.good(fmt.Sprintf("%s %d passed", markGood, s.Passed)) + "  " + p.dim(fmt.Sprintf("%s %d not applicable", markNeutral, s.NotApplicable)) +
		"  " + p.dim(fmt.Sprintf("%s %d not reached", markUnknown, s.NotReached)))
	reasons := map[string]int{}
	for i := range r.Outcomes {
		if o := &r.Outcomes[i]; o.Result == rule.NotReached {
			reasons[o.Reason]++
		}
	}
	names := make([]string, 0, len(reasons))
	for reason := range reasons {
		names = append(names, reason)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(reasons[b]-reasons[a], strings.Compare(a, b)) })
	for _, reason := range names {
		p.under(5, p.dim, fmt.Sprintf("%d: %s", reasons[reason], reason))
	}
}

// doctorPanes prints what the provider offers.
func (p *Printer) doctorPanes(o doctor.Overview) {
	if len(o.Endpoints) > 0 {
		rows := make([][2]string, len(o.Endpoints))
		for i, e := range o.Endpoints {
			rows[i] = [2]string{strings.TrimSuffix(e.Name, "_endpoint"), e.URL}
			if e.Status != "" {
				rows[i][1] += "   " + e.Status
			}
			if e.From != "document" {
				rows[i][1] += "   (not in discovery)"
			}
		}
		p.Table("Endpoints", rows)
	}
	if len(o.Flows) > 0 {
		p.section("Flows")
		for _, f := range o.Flows {
			mark, paint := markGood, p.good
			switch f.Offered {
			case "no":
				mark, paint = markNeutral, p.dim
			case "unknown":
				mark, paint = markUnknown, p.care
			}
			p.line("   " + paint(mark) + " " + pad(f.Title, 34) + p.dim(safe.Text(f.Why)))
		}
	}
	if len(o.Algorithms) > 0 {
		rows := make([][2]string, len(o.Algorithms))
		for i, a := range o.Algorithms {
			rows[i] = [2]string{a.Purpose, strings.Join(a.Names, ", ")}
		}
		p.Table("Algorithms", rows)
	}
	p.keyTable(o.Keys)
}

// keyTable prints a line for each key, in columns as wide as what is in them.
func (p *Printer) keyTable(keys []doctor.KeyRow) {
	if len(keys) == 0 {
		return
	}
	p.section("Keys")
	rows := [][]string{{"kid", "kty", "alg", "use", "bits", "x5c until"}}
	for _, k := range keys {
		kty, bits, until := keyCells(k)
		rows = append(rows, []string{safe.Short(orElse(k.KID, "–"), 44), kty, safe.Short(orElse(k.Alg, "–"), 20), safe.Short(orElse(k.Use, "–"), 20), bits, until})
	}
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], width(cell))
		}
	}
	for i, row := range rows {
		var b strings.Builder
		for j, cell := range row {
			b.WriteString(pad(cell, widths[j]+2))
		}
		if i == 0 {
			p.line("   " + p.dim(b.String()))
			continue
		}
		k := keys[i-1]
		p.line("   " + b.String())
		p.under(5, p.dim, k.Thumbprint)
		if k.Private {
			p.under(5, p.bad, markBad+" private members are published")
		}
		if k.Problem != "" {
			p.under(5, p.care, markCare+" "+k.Problem)
		}
	}
}

func keyCells(k doctor.KeyRow) (kty, bits, until string) {
	kty = safe.Short(orElse(k.KTY, "–"), 10)
	if k.Crv != "" {
		kty += " " + safe.Short(k.Crv, 12)
	}
	bits = "–"
	if k.Bits > 0 {
		bits = fmt.Sprint(k.Bits)
	}
	until, _, _ = strings.Cut(orElse(k.Expires, "–"), "T")
	return kty, bits, until
}

// Changes prints what the doctor found otherwise than the time before, under the time of the check.
func (p *Printer) Changes(at time.Time, changes []doctor.Change) {
	clock := at.Format("15:04:05")
	if len(changes) == 0 {
		p.line(p.dim(clock + " nothing has changed"))
		return
	}
	p.line(p.bold(clock + " " + count(len(changes), "change")))
	for i := range changes {
		c := &changes[i]
		if c.Now.Result == rule.Found {
			p.outcome(&c.Now)
			continue
		}
		mark, paint, word := markGood, p.good, "passes now"
		switch c.Now.Result {
		case rule.NotApplicable:
			mark, paint, word = markNeutral, p.dim, "is not applicable now"
		case rule.NotReached:
			mark, paint, word = markUnknown, p.care, "is not reached now: "+c.Now.Reason
		}
		p.line("   " + paint(mark+" "+c.Now.ID+" "+c.Now.Slug) + "  " + safe.Text(word))
	}
}
