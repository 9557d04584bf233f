package doctor

import (
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/safe"
)

// expirySoon is when a certificate's end is near.
const expirySoon = 14 * 24 * time.Hour

// tlsRules are about certificates, versions and addresses.
func tlsRules() []Rule {
	return []Rule{
		{
			ID: "TLS-001", Slug: "certificate", Title: "The certificate is good", Severity: rule.Error,
			Refs: refs("RFC 6749 3.1", "RFC 9525 6"), Needs: needs(factAnswer, "TLS-004"),
			Why:  "Without a certificate that fits, this machine can't know whom it talks to, and no client will.",
			Fix:  "Renew the certificate, with all names that clients use, and serve the whole chain.",
			Good: "valid, for idp.example", Bad: "expired, or for another name",
			Applies: func(s *Subject) bool { return s.Answer.first().Scheme == "https" && !s.Skipped },
			Check: func(s *Subject) []rule.Finding {
				if f := s.Answer.failure(); f != nil && oneOfKind(f, record.FailTLSName, record.FailTLSExpired, record.FailTLSOther) {
					return found(s.Answer.url().Host, "%s", safe.Short(f.Message, 300))
				}
				return nil
			},
		},
		{
			ID: "TLS-002", Slug: "certificate-expiry", Title: "No certificate ends soon", Severity: rule.Warn,
			Refs: refs("RFC 5280 4.1.2.5"), Needs: needs(factTravel),
			Why:  "A certificate that nobody renews is an outage with a date.",
			Fix:  "Renew it now, and let that happen by itself.",
			Good: "valid for 60 more days", Bad: "valid for 3 more days",
			Applies: func(s *Subject) bool { return len(s.leaves()) > 0 },
			Check: func(s *Subject) []rule.Finding {
				var all []rule.Finding
				for _, l := range s.leaves() {
					if left := l.cert.NotAfter.Sub(s.Now); left > 0 && left < expirySoon {
						all = append(all, found(l.host, "the certificate of %s ends on %s, in %s", safe.Short(l.host, 80), l.cert.NotAfter.UTC().Format("2006-01-02 15:04 MST"), days(left))...)
					}
				}
				return all
			},
		},
		{
			ID: "TLS-003", Slug: "tls-version", Title: "TLS 1.2 or newer only", Severity: rule.Warn,
			Refs: refs("RFC 9325 3.1.1", "RFC 8996 1"), Needs: needs(factOldTLS),
			Why:  "TLS 1.0 and 1.1 rest on MD5 and SHA-1 and are forbidden.",
			Fix:  "Switch them off.",
			Good: "a handshake with TLS 1.1 fails", Bad: "a handshake with TLS 1.1 succeeds",
			Check: func(s *Subject) []rule.Finding {
				if e := s.OldTLS.last(); e != nil && (e.Connection.TLS == "TLS 1.0" || e.Connection.TLS == "TLS 1.1") && e.Response != nil {
					return found(s.OldTLS.first().Host, "%s is accepted", e.Connection.TLS)
				}
				return nil
			},
		},
		{
			ID: "TLS-004", Slug: "private-authority", Title: "The authority is one that everybody knows", Severity: rule.Error,
			Refs: refs("RFC 9525 6"), Needs: needs(factAnswer),
			Why:  "Companies have authorities of their own, and inspection proxies too. Clients have to be given the authority's certificate.",
			Fix:  "Give the authority's certificate with --ca-file; or let the server send the missing intermediate certificate.",
			Good: "issued by a public authority", Bad: "issued by CN=Corp Root CA",
			Applies: func(s *Subject) bool { return s.Answer.first().Scheme == "https" && !s.Skipped },
			Check: func(s *Subject) []rule.Finding {
				f := s.Answer.failure()
				if f == nil || f.Kind != record.FailTLSUnknown {
					return nil
				}
				by := ""
				if chain := s.Answer.last().Connection.Chain; len(chain) > 0 {
					by = "; the last certificate that came was issued by " + quote(chain[len(chain)-1].Issuer)
				}
				return found(s.Answer.url().Host, "%s%s", safe.Short(f.Message, 300), by)
			},
		},
		{
			ID: "TLS-005", Slug: "addresses-agree", Title: "All addresses of the host answer alike", Severity: rule.Warn,
			Refs: refs("RFC 8305 3", "RFC 8252 7.3"), Needs: needs(factAddresses, "DISC-001"),
			Why:  "Where one of several addresses is dead or is another server, some clients fail, now and then.",
			Fix:  "Take the address out of DNS, or repair what answers there.",
			Good: "both addresses give the same document", Bad: "IPv6 does not answer",
			Check: func(s *Subject) []rule.Finding { return addressesDiffer(s) },
		},
	}
}

func oneOfKind(f *record.Failure, kinds ...record.FailureKind) bool {
	return slices.Contains(kinds, f.Kind)
}

// leaf is the certificate that a host presented.
type leaf struct {
	host string
	cert record.Certificate
}

// leaves gives the certificate of each host that was talked to, once.
func (s *Subject) leaves() []leaf {
	var all []leaf
	for _, a := range s.All {
		for i := range a.Exchanges {
			e := &a.Exchanges[i]
			host := hostOf(e.Request.URL)
			if len(e.Connection.Chain) == 0 || slices.ContainsFunc(all, func(l leaf) bool { return l.host == host && l.cert.SHA256 == e.Connection.Chain[0].SHA256 }) {
				continue
			}
			all = append(all, leaf{host, e.Connection.Chain[0]})
		}
	}
	return all
}

func hostOf(address string) string {
	if u, ok := parseAddress(address); ok {
		return u.Host
	}
	return ""
}

func addressesDiffer(s *Subject) []rule.Finding {
	var all []rule.Finding
	for _, a := range s.Addresses {
		at := a.Address.String()
		if f := a.Answer.failure(); f != nil {
			if noRoute(a.Address, f) {
				continue // this machine has no IPv6, which is not the provider's fault
			}
			all = append(all, found(at, "%s: %s", at, safe.Short(f.Message, 200))...)
			continue
		}
		if !a.Answer.ok() {
			all = append(all, found(at, "%s answers %s", at, safe.Short(a.Answer.response().Reason, 60))...)
			continue
		}
		if d := differences(s.Doc, newDocument("", a.Answer.body())); len(d) > 0 {
			all = append(all, found(at, "%s gives another document: %s differ", at, list(d))...)
		}
	}
	return all
}

func noRoute(a netip.Addr, f *record.Failure) bool {
	return a.Is6() && (f.Kind == record.FailUnreachable || strings.Contains(f.Cause, "cannot assign requested address") || strings.Contains(f.Cause, "address family not supported"))
}

// clockRules are about time.
func clockRules() []Rule {
	return []Rule{
		{
			ID: "CLK-001", Slug: "clock-skew", Title: "This machine's clock agrees with the provider's", Severity: rule.Warn,
			Refs: refs("RFC 7519 4.1.4", "RFC 9449 11.1", "RFC 9110 6.6.1"), Needs: needs(factTravel),
			Why:  "Tokens are valid from one second to another. A clock that is off refuses good tokens, and makes assertions and DPoP proofs that are refused.",
			Fix:  "Let the clock be set by NTP; in a virtual machine or container, the clock of its host.",
			Good: "less than a minute apart", Bad: "94 seconds behind",
			Applies: func(s *Subject) bool { _, ok := s.skew(); return ok },
			Check: func(s *Subject) []rule.Finding {
				skew, _ := s.skew()
				word := "ahead"
				if skew < 0 {
					word = "behind"
				}
				switch off := skew.Abs(); {
				case off > 300*time.Second:
					return as(rule.Error, "Date", "this machine's clock is %s %s", off.Round(time.Second), word)
				case off > 60*time.Second:
					return found("Date", "this machine's clock is %s %s", off.Round(time.Second), word)
				}
				return nil
			},
		},
		{
			ID: "CLK-002", Slug: "date-header", Title: "The provider tells its time", Severity: rule.Info,
			Refs: refs("RFC 9110 6.6.1", "RFC 9111 5.1"), Needs: needs(factTravel),
			Why:  "Without a fresh Date the difference of the clocks can't be measured.",
			Fix:  "Send Date; where a cache answers, compare the clocks in another way.",
			Good: "Date: Sun, 22 Nov 2026 04:00:00 GMT", Bad: "no Date, or Age: 3600",
			Applies: func(s *Subject) bool { return s.Answer.response() != nil },
			Check: func(s *Subject) []rule.Finding {
				if _, err := http.ParseTime(s.Answer.header("Date")); err != nil {
					return found("Date", "no Date that can be read: %s", quote(s.Answer.header("Date")))
				}
				if age, err := strconv.Atoi(s.Answer.header("Age")); err == nil && age > 0 {
					return found("Age", "the answer came from a cache, %d s old", age)
				}
				return nil
			},
		},
	}
}

// skew is how far this machine's clock is ahead of the provider's: by the answer of the issuer's own host that comes nearest to
// now, with the time it spent in a cache added (RFC 9111 5.1). Date counts whole seconds, which is taken off.
func (s *Subject) skew() (skew time.Duration, known bool) {
	for _, a := range s.All {
		e := a.last()
		if e == nil || e.Response == nil || !strings.EqualFold(hostOf(e.Request.URL), s.Answer.url().Host) {
			continue
		}
		date, err := http.ParseTime(record.Get(e.Response.Headers, "Date"))
		if err != nil {
			continue
		}
		if age, err := strconv.Atoi(record.Get(e.Response.Headers, "Age")); err == nil && age > 0 {
			date = date.Add(time.Duration(min(age, 1<<30)) * time.Second)
		}
		d := answered{e}.at().Sub(date)
		if d > 0 {
			d = max(d-time.Second, 0)
		}
		if !known || d.Abs() < skew.Abs() {
			skew, known = d, true
		}
	}
	return skew, known
}
