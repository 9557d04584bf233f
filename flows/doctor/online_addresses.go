package doctor

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"net/url"

	"github.com/oidcscope/oidcscope/flows/record"
)

// maxAddresses bounds how many addresses of one name are asked.
const maxAddresses = 6

// addresses asks each address of the host for the document. Behind a proxy the addresses are not ours to choose.
func (c *collector) addresses(ctx context.Context, issuer *url.URL, document string) {
	if c.cfg.Transport.Base != nil || c.proxied(document) {
		c.sched.settleRest("requests go through a proxy or a transport of their own, which chooses the address", factAddresses)
		return
	}
	if _, err := netip.ParseAddr(issuer.Hostname()); err == nil {
		c.sched.settle(factAddresses, nothing("the issuer's host is an address, not a name"), nil)
		return
	}
	c.work.Go(func() {
		found, err := c.cfg.Resolve(ctx, issuer.Hostname())
		if err != nil {
			c.sched.settleRest("the name could not be looked up", factAddresses)
			return
		}
		if len(found) < 2 {
			c.sched.settle(factAddresses, nothing("the name has one address"), nil)
			return
		}
		found = found[:min(len(found), maxAddresses)]
		got := make([]AddressAnswer, len(found))
		done := make(chan struct{})
		for i, addr := range found {
			go func() {
				got[i] = AddressAnswer{Address: addr.Unmap(), Answer: c.from(ctx, addr.Unmap(), document)}
				done <- struct{}{}
			}()
		}
		for range found {
			<-done
		}
		c.sched.settle(factAddresses, there(), func(s *Subject) { s.Addresses = got })
	})
}

// from fetches the document from one address of its host.
func (c *collector) from(ctx context.Context, addr netip.Addr, document string) *Answer {
	rt, err := c.transport(record.Options{Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
		_, port, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		return c.cfg.Dial(ctx, network, net.JoinHostPort(addr.String(), port))
	}})
	if err != nil {
		return &Answer{}
	}
	defer rt.CloseIdleConnections()
	return c.send(ctx, ask{label: "address-" + addr.String(), purpose: "discovery from " + addr.String(), url: document, client: rt.Client()})
}

func (c *collector) proxied(address string) bool {
	proxy := c.cfg.Transport.Proxy
	if proxy == nil {
		proxy = http.ProxyFromEnvironment
	}
	req, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		return false
	}
	u, err := proxy(req)
	return err != nil || u != nil
}
