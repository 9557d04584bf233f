package browser

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"
)

const address = "https://idp.example/authorize?a=1&b=$(id);x y"

func testOpener(goos string, env map[string]string, installed ...string) opener {
	return opener{
		goos:   goos,
		getenv: func(name string) string { return env[name] },
		look: func(name string) (string, error) {
			for _, i := range installed {
				if i == name {
					return "/bin/" + name, nil
				}
			}
			return "", errors.New("not found")
		},
	}
}

func TestCommands(t *testing.T) {
	display := map[string]string{"DISPLAY": ":0"}
	tests := []struct {
		name string
		o    opener
		want [][]string
	}{
		{"nothing", testOpener("linux", nil, "xdg-open"), nil},
		{"display without opener", testOpener("linux", display), nil},
		{"linux", testOpener("linux", display, "xdg-open"), [][]string{{"/bin/xdg-open", address}}},
		{"darwin", testOpener("darwin", nil, "open"), [][]string{{"/bin/open", address}}},
		{"windows", testOpener("windows", nil, "rundll32"), [][]string{{"/bin/rundll32", "url.dll,FileProtocolHandler", address}}},
		{"wsl", testOpener("linux", map[string]string{"WSL_DISTRO_NAME": "x"}, "wslview"), [][]string{{"/bin/wslview", address}}},
		{"BROWSER wins", testOpener("linux", map[string]string{"BROWSER": "lynx", "DISPLAY": ":0"}, "lynx", "xdg-open"),
			[][]string{{"/bin/lynx", address}}},
		{"BROWSER list with %s", testOpener("linux", map[string]string{"BROWSER": "gone:ff --url=%s -n:'my lynx'"}, "ff", "my lynx"),
			[][]string{{"/bin/ff", "--url=" + address, "-n"}, {"/bin/my lynx", address}}},
		{"BROWSER not installed is not replaced", testOpener("linux", map[string]string{"BROWSER": "gone", "DISPLAY": ":0"}, "xdg-open"), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.o.commands(address); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("commands:\n got %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestOpenRefusesWhatIsNoWebAddress(t *testing.T) {
	for _, bad := range []string{"file:///etc/passwd", "javascript:alert(1)", "--version", "", "http://", "ht tp://x", "mailto:a@b.example"} {
		o := testOpener("darwin", nil, "open")
		o.start = func(context.Context, []string) error { t.Errorf("started a browser for %q", bad); return nil }
		if err := o.open(t.Context(), bad); err == nil {
			t.Errorf("open(%q) did not fail", bad)
		}
	}
}

func TestOpenTriesTheNextCommand(t *testing.T) {
	o := testOpener("linux", map[string]string{"BROWSER": "a:b"}, "a", "b")
	var tried []string
	o.start = func(_ context.Context, argv []string) error {
		tried = append(tried, argv[0])
		if argv[0] == "/bin/a" {
			return errors.New("exit status 3")
		}
		return nil
	}
	if err := o.open(t.Context(), address); err != nil {
		t.Fatal(err)
	}
	if want := []string{"/bin/a", "/bin/b"}; !reflect.DeepEqual(tried, want) {
		t.Errorf("tried %q, want %q", tried, want)
	}
	o.start = func(context.Context, []string) error { return errors.New("exit status 3") }
	if err := o.open(t.Context(), address); err == nil || !strings.Contains(err.Error(), "/bin/b: exit status 3") {
		t.Errorf("when all fail: %v", err)
	}
}

func TestOpenWithoutBrowser(t *testing.T) {
	if err := testOpener("linux", nil).open(t.Context(), address); !errors.Is(err, ErrNone) {
		t.Errorf("got %v, want ErrNone", err)
	}
}

// The address must arrive as one argument, as it is: a shell would run the $(…) in it.
func TestOpenPassesTheAddressUntouched(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs a shell script")
	}
	dir := t.TempDir()
	out := filepath.Join(dir, "out")
	script := filepath.Join(dir, "browser")
	if err := os.WriteFile(script, []byte("#!/bin/sh\nprintf %s \"$#:$1\" > "+out+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("BROWSER", script)
	if !Available() {
		t.Error("Available: false with $BROWSER set")
	}
	if err := Open(t.Context(), address); err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(5 * time.Second)
	for time.Now().Before(deadline) {
		if got, err := os.ReadFile(out); err == nil && len(got) > 0 {
			if string(got) != "1:"+address {
				t.Errorf("the browser got %q", got)
			}
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Error("the browser was not started")
}
