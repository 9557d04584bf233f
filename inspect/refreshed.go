package inspect

import (
	"fmt"
	"slices"
)

// CheckRefreshedIDToken compares an ID token from a refresh with the one before (OpenID Connect Core 12.2): it must speak
// about the same login.
func CheckRefreshedIDToken(tok, previous *Token, ctx Context) []Item {
	r := refreshed{now: tok.Payload, before: previous.Payload}
	r.add("iss", "The issuer is the same as before", r.same("iss", true))
	r.add("sub", "The subject is the same as before", r.same("sub", true))
	r.add("iat", "It says when it was issued itself", r.issuedAnew)
	r.add("aud", "The audience of before is still in it", r.audience)
	r.add("auth_time", "The time of login is still that of the first login", r.same("auth_time", false))
	r.add("azp", "The authorized party is the same as before", r.same("azp", true))
	r.add("nonce", "It has no nonce, or that of before", r.same("nonce", false))
	return r.items
}

type refreshed struct {
	now, before *Value
	items       []Item
}

func (r *refreshed) add(subject, title string, judge func() (ItemResult, string)) {
	item := Item{Number: "12.2", Subject: subject, Title: title, Ref: "OpenID Connect Core 12.2"}
	if r.now == nil || r.before == nil {
		item.Result, item.Detail = ItemNotChecked, "the claims of one of both tokens can't be read"
	} else {
		item.Result, item.Detail = judge()
	}
	r.items = append(r.items, item)
}

// same wants a claim unchanged. A claim that may be left out of the new token is only compared when it is there; else
// both have it or neither.
func (r *refreshed) same(name string, both bool) func() (ItemResult, string) {
	return func() (ItemResult, string) {
		before, now := r.before.Get(name), r.now.Get(name)
		switch {
		case now == nil && before == nil:
			return ItemNotApplicable, "neither token has " + name
		case now == nil && both:
			return ItemFail, "the token before had " + name + ", this one has none"
		case now == nil:
			return ItemNotApplicable, "no " + name
		case before == nil && name == "auth_time":
			return ItemNotChecked, "the token before does not say when the login was"
		case before == nil:
			return ItemFail, "this token has " + name + ", the one before had none"
		case !sameValue(before, now):
			return ItemFail, differ(shown(before), shown(now))
		}
		return ItemPass, ""
	}
}

// sameValue compares texts decoded and times as times; other values as they are written.
func sameValue(a, b *Value) bool {
	if a.Kind == String && b.Kind == String {
		return a.Str == b.Str
	}
	at, aFault := NumericDate(a)
	bt, bFault := NumericDate(b)
	if aFault == TimeFine && bFault == TimeFine {
		return at.Equal(bt)
	}
	return a.Raw == b.Raw
}

func shown(v *Value) string {
	if s, ok := v.Text(); ok {
		return s
	}
	return v.Raw
}

func (r *refreshed) issuedAnew() (ItemResult, string) {
	now, fault := NumericDate(r.now.Get("iat"))
	if fault != TimeFine {
		return ItemFail, "the token has no usable iat"
	}
	before, fault := NumericDate(r.before.Get("iat"))
	switch {
	case fault != TimeFine:
		return ItemNotChecked, "the token before has no usable iat"
	case now.Before(before):
		return ItemFail, fmt.Sprintf("issued %s before the token that it replaces", InWords(before.Sub(now)))
	}
	return ItemPass, "issued " + dateInWords(now)
}

func (r *refreshed) audience() (ItemResult, string) {
	before, ok := r.before.Get("aud").Texts()
	now, _ := r.now.Get("aud").Texts()
	if !ok {
		return ItemNotChecked, "the token before has no usable aud"
	}
	for _, a := range before {
		if !slices.Contains(now, a) {
			return ItemFail, fmt.Sprintf("%q was an audience of the token before and is missing", clip(a, 100))
		}
	}
	return ItemPass, ""
}
