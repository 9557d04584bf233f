package main

import (
	"crypto/x509"
	"time"

	"github.com/spf13/cobra"

	"github.com/oidcscope/oidcscope/flows"
)

// transportOptions say how requests travel. A proxy comes from HTTPS_PROXY and its kin.
type transportOptions struct {
	caFile             string
	timeout            time.Duration
	insecureSkipVerify bool
}

func (o *transportOptions) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.caFile, "ca-file", "", "PEM `FILE` with certificates of further authorities to trust")
	f.DurationVar(&o.timeout, "timeout", 0, "limit for one request (default 30s)")
	f.BoolVar(&o.insecureSkipVerify, "insecure-skip-verify", false, "do not verify certificates; for a test machine only")
}

// maxCAFile bounds a file of certificates, in bytes.
const maxCAFile = 4 << 20

func (o *transportOptions) load() (flows.Transport, error) {
	t := flows.Transport{CAFile: o.caFile, Timeout: o.timeout, InsecureSkipVerify: o.insecureSkipVerify}
	if o.timeout < 0 {
		return t, usage("", "--timeout: want a length of time such as 10s, got %s", o.timeout)
	}
	if o.caFile == "" {
		return t, nil
	}
	pem, err := readBounded(o.caFile, maxCAFile)
	if err != nil {
		return t, usage("", "--ca-file: %w", err)
	}
	if !x509.NewCertPool().AppendCertsFromPEM([]byte(pem)) {
		return t, usage("a certificate starts with -----BEGIN CERTIFICATE-----", "--ca-file: want PEM certificates, %q has none", o.caFile)
	}
	t.CAPEM = []byte(pem)
	return t, nil
}
