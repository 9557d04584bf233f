package practice

import (
	"fmt"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
)

// Config is what a login to this provider needs, as one of its registered clients; an empty client is the public one.
func (p *Provider) Config(client string) (flows.Config, error) {
	var known []string
	for i, c := range p.Clients() {
		if c.ID == client || client == "" && i == 0 {
			cfg := flows.Config{Issuer: p.Issuer(), ClientID: c.ID, ClientSecret: c.Secret, AuthMethod: flows.AuthMethod(c.Method),
				ClientKey: c.Key, DecryptKey: c.DecryptKey, Grant: flows.GrantInput{NotifyURI: c.NotifyURI}}
			if len(c.Certificate) > 0 {
				cfg.Transport = flows.Transport{CAPEM: p.AuthorityPEM(), ClientCertPEM: c.Certificate, ClientCertKeyPEM: c.CertificateKey}
			}
			if p.fault != nil { // so that nobody waits minutes to see it
				cfg.Transport.Timeout, cfg.UserTimeout = p.fault.client.request, p.fault.client.person
			}
			return cfg, nil
		}
		known = append(known, c.ID)
	}
	return flows.Config{}, fmt.Errorf("want a client of the practice provider (%s), got %q", strings.Join(known, ", "), client)
}
