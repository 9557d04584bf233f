package tui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/tui/ui"
)

func TestWriteMenuWritesANewFile(t *testing.T) {
	t.Chdir(t.TempDir())
	a, _, _ := testApp(t)
	write := func() {
		a.Update(ui.WriteMenu{Title: "Write the report", Items: []ui.Write{{What: "Markdown", Name: "a.md", Data: []byte("A")}, {What: "JSON", Name: "a.json", Data: []byte("{}")}}})
		a.notice.Text = ""
		press(a, "2")
		for deadline := time.Now().Add(10 * time.Second); a.notice.Text == "" && time.Now().Before(deadline); {
			does(a, nil) // a busy machine's disk takes longer than a moment
		}
	}
	write()
	if data, err := os.ReadFile("a.json"); err != nil || string(data) != "{}" || a.overlay != nil {
		t.Fatalf("written: %q, %v", data, err)
	}
	if !strings.Contains(a.notice.Text, "a.json is written") || !filepath.IsAbs(strings.Fields(a.notice.Text)[0]) {
		t.Errorf("notice: %q", a.notice.Text)
	}
	if err := os.WriteFile("a.json", []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	write()
	if data, _ := os.ReadFile("a.json"); string(data) != "mine" || !strings.Contains(a.notice.Text, "it is there already") {
		t.Errorf("a file that was there is now %q; notice %q", data, a.notice.Text)
	}
	if _, err := os.Stat("a.md"); err == nil {
		t.Error("a form that was not chosen was written")
	}
}
