package practice_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/internal/practice"
	"golang.org/x/oauth2"
)

// poll asks once, now.
func poll(t *testing.T, p *practice.Provider, deviceCode string) (errorCode string) {
	t.Helper()
	_, answer := post(t, p, "/token", url.Values{
		"grant_type": {"urn:ietf:params:oauth:grant-type:device_code"}, "client_id": {"practice"}, "device_code": {deviceCode},
	})
	code, _ := answer["error"].(string)
	return code
}

// authenticated makes x/oauth2 authenticate at the device authorization endpoint (RFC 8628 3.1), which it forgets.
func (rp *relyingParty) authenticated(ctx context.Context) context.Context {
	return context.WithValue(ctx, oauth2.HTTPClient, &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		switch {
		case rp.ClientSecret == "":
		case rp.Endpoint.AuthStyle == oauth2.AuthStyleInHeader:
			r.SetBasicAuth(rp.ClientID, rp.ClientSecret)
		default:
			_ = r.ParseForm()
			r.PostForm.Set("client_secret", rp.ClientSecret)
			body := r.PostForm.Encode()
			r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
		}
		return http.DefaultTransport.RoundTrip(r)
	})})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestDeviceFlow(t *testing.T) {
	t.Parallel()
	for _, clientID := range []string{"practice", "practice-basic", "practice-post"} {
		t.Run(clientID, func(t *testing.T) {
			t.Parallel()
			p := start(t, practice.Options{DeviceInterval: time.Second})
			rp := newRelyingParty(t, p, clientID, "127.0.0.1:0", "openid", "profile", "offline_access")
			device, err := rp.DeviceAuth(rp.authenticated(t.Context()))
			if err != nil {
				t.Fatal(err)
			}
			if device.Interval != 1 || device.VerificationURI != p.Issuer()+"/device" ||
				device.VerificationURIComplete != p.Issuer()+"/device?user_code="+device.UserCode || len(device.UserCode) != 9 {
				t.Errorf("the answer of RFC 8628 3.2 wanted, got %+v", device)
			}
			if err := p.ApproveDevice(t.Context(), device.UserCode); err != nil {
				t.Fatal(err)
			}
			token, err := rp.DeviceAccessToken(t.Context(), device)
			if err != nil {
				t.Fatal(err)
			}
			if claims := verify(t, p, token.Extra("id_token").(string)); claims["sub"] != "alice" || claims["aud"] != clientID {
				t.Errorf("an ID token about alice wanted, got %v", claims)
			}
			if _, err := refresh(t, rp, token.RefreshToken); err != nil {
				t.Error(err)
			}
			time.Sleep(time.Second)
			_, err = rp.DeviceAccessToken(t.Context(), device)
			var refused *oauth2.RetrieveError
			if !errors.As(err, &refused) || refused.ErrorCode != "invalid_grant" {
				t.Errorf("a device code works once, got %v", err)
			}
		})
	}
}

func TestDevicePollingTooFast(t *testing.T) {
	t.Parallel()
	p := start(t, practice.Options{DeviceInterval: 200 * time.Millisecond})
	device, err := newRelyingParty(t, p, "practice", "127.0.0.1:0", "openid").DeviceAuth(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if code := poll(t, p, device.DeviceCode); code != "authorization_pending" {
		t.Errorf("authorization_pending wanted first, got %q", code)
	}
	time.Sleep(200 * time.Millisecond)
	if code := poll(t, p, device.DeviceCode); code != "authorization_pending" {
		t.Errorf("authorization_pending wanted after the interval, got %q", code)
	}
	if code := poll(t, p, device.DeviceCode); code != "slow_down" {
		t.Errorf("slow_down wanted at once, got %q", code)
	}
	time.Sleep(200 * time.Millisecond)
	if code := poll(t, p, device.DeviceCode); code != "slow_down" {
		t.Errorf("slow_down wanted, as the interval is 5 s longer now (RFC 8628 3.5), got %q", code)
	}
	log := p.Log()
	if last := log[len(log)-1]; last.Code != "slow_down" || !strings.Contains(last.Reason, "5.2s") {
		t.Errorf("the new interval in the log wanted, got %+v", last)
	}
}

func TestDeviceDeniedAndExpired(t *testing.T) {
	t.Parallel()
	p := start(t, practice.Options{DeviceInterval: time.Nanosecond, DeviceLifetime: time.Second})
	rp := newRelyingParty(t, p, "practice", "127.0.0.1:0", "openid")
	denied, err := rp.DeviceAuth(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := p.DenyDevice(t.Context(), denied.UserCode); err != nil {
		t.Fatal(err)
	}
	if code := poll(t, p, denied.DeviceCode); code != "access_denied" {
		t.Errorf("access_denied wanted, got %q", code)
	}
	// Going back and allowing after all must not open it again.
	if err := p.ApproveDevice(t.Context(), denied.UserCode); err != nil {
		t.Fatal(err)
	}
	if code := poll(t, p, denied.DeviceCode); code != "access_denied" {
		t.Errorf("access_denied wanted after a second visit, got %q", code)
	}
	late, err := rp.DeviceAuth(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(1100 * time.Millisecond)
	if code := poll(t, p, late.DeviceCode); code != "expired_token" {
		t.Errorf("expired_token wanted, got %q", code)
	}
	if err := p.ApproveDevice(t.Context(), late.UserCode); err == nil {
		t.Error("an expired code could be approved")
	}
}

func TestUserCodesAsPeopleTypeThem(t *testing.T) {
	p := start(t, practice.Options{})
	rp := newRelyingParty(t, p, "practice", "127.0.0.1:0", "openid")
	for _, change := range []func(string) string{
		strings.ToLower,
		func(c string) string { return strings.ReplaceAll(c, "-", "") },
		func(c string) string { return " " + strings.ReplaceAll(c, "-", " - ") },
	} {
		device, err := rp.DeviceAuth(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if err := p.ApproveDevice(t.Context(), change(device.UserCode)); err != nil {
			t.Error(err)
		}
	}
	for _, wrong := range []string{"XXXX-XXXX", "1234", "<script>"} {
		if err := p.ApproveDevice(t.Context(), wrong); err == nil || !strings.Contains(err.Error(), wrong) {
			t.Errorf("user code %q must be unknown, got %v", wrong, err)
		}
	}
}
