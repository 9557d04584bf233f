package golden

import (
	"os"
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	t.Setenv(Env, "")
	t.Chdir(t.TempDir())
	if err := Check("a/b", "x"); err == nil {
		t.Error("a missing file must be an error")
	}
	t.Setenv(Env, "1")
	if err := Check("a/b", "one  \ntwo"); err != nil {
		t.Fatal(err)
	}
	t.Setenv(Env, "")
	if data, _ := os.ReadFile("testdata/a/b.golden"); string(data) != "one\ntwo\n" {
		t.Errorf("wrote %q", data)
	}
	if err := Check("a/b", "one\ntwo "); err != nil {
		t.Error(err)
	}
	for drawn, line := range map[string]string{"one\ntwx": "line 2", "one": "line 2", "one\ntwo\nthree": "line 3"} {
		if err := Check("a/b", drawn); err == nil || !strings.Contains(err.Error(), line) {
			t.Errorf("%q: want an error that names %s, got %v", drawn, line, err)
		}
	}
}
