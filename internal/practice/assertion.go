package practice

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/luikyv/go-oidc/pkg/goidc"
)

// believeAssertion decides whether an assertion is good for a token (RFC 7523 3). Clients that registered a key may speak for
// themselves and for the people here.
func (p *Provider) believeAssertion(ctx context.Context, assertion string) (goidc.JWTBearerResult, error) {
	claims, err := p.readAssertion(ctx, assertion)
	if err != nil {
		return goidc.JWTBearerResult{}, goidc.WrapError(goidc.ErrorCodeInvalidGrant, "invalid assertion", err)
	}
	return goidc.JWTBearerResult{Subject: claims.Subject}, nil
}

func (p *Provider) readAssertion(ctx context.Context, assertion string) (jwt.Claims, error) {
	var claims jwt.Claims
	parsed, err := jwt.ParseSigned(assertion, []jose.SignatureAlgorithm{jose.ES256, jose.EdDSA, jose.RS256, jose.PS256})
	if err != nil {
		return claims, err
	}
	if err := parsed.UnsafeClaimsWithoutVerification(&claims); err != nil {
		return claims, err
	}
	client := p.clientOf(claims.Issuer) // the standing clients are not in the store
	if client == nil || client.JWKS == nil {
		return claims, fmt.Errorf("no client with a key is registered as %q, the assertion's issuer", claims.Issuer)
	}
	if err := verifyWith(client.JWKS.Keys, parsed, &claims); err != nil {
		return claims, err
	}
	if claims.Expiry == nil {
		return claims, errors.New("no exp: an assertion has to end (RFC 7523 3)")
	}
	if err := claims.ValidateWithLeeway(jwt.Expected{AnyAudience: []string{p.issuer, p.issuer + pathToken}, Time: time.Now()}, time.Minute); err != nil {
		return claims, err
	}
	if _, ok := personByLogin(claims.Subject); !ok && claims.Subject != claims.Issuer {
		return claims, fmt.Errorf("the subject is %q: neither the client itself nor somebody here", claims.Subject)
	}
	return claims, p.store.consumeJTI(ctx, claims.ID)
}

// verifyWith tries the client's keys, only those of the kid where the header names one.
func verifyWith(keys []goidc.JSONWebKey, parsed *jwt.JSONWebToken, claims *jwt.Claims) error {
	for _, k := range keys {
		if kid := parsed.Headers[0].KeyID; kid != "" && kid != k.KeyID {
			continue
		}
		if parsed.Claims(k.Key, claims) == nil {
			return nil
		}
	}
	return errors.New("no registered key of the client verifies the assertion")
}
