package lint

import "testing"

func TestKidThatLooksLikeAnAttack(t *testing.T) {
	for kid, attack := range map[string]bool{
		"es256--bxcCQgs": false, "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs--": false, "k1": false,
		"x' OR 1=1 --": true, "1 -- ": true, "1/**/--": true, "../../dev/null": true,
	} {
		if got := injection(kid); (got != "") != attack {
			t.Errorf("%q: %q, attack: %v", kid, got, attack)
		}
	}
}
