// Package webdriver drives a real Chromium through chromedriver, over the WebDriver protocol (W3C WebDriver). It knows the
// few commands that filling in a login form needs. The browser has a fresh profile and can reach loopback only.
package webdriver

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"
)

// Browser is a running one, with one window.
type Browser struct {
	driver  *exec.Cmd
	session string // http://127.0.0.1:PORT/session/ID
	profile string
}

// Start runs a headless Chromium with a window of the given size in pixels. Close it when done.
func Start(width, height int) (*Browser, error) {
	profile, err := os.MkdirTemp("", "chromium")
	if err != nil {
		return nil, err
	}
	b := &Browser{profile: profile}
	if err := b.start(width, height); err != nil {
		b.Close()
		return nil, err
	}
	return b, nil
}

func (b *Browser) start(width, height int) error {
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		return err
	}
	base, err := b.startDriver()
	if err != nil {
		return err
	}
	var created struct {
		SessionID string `json:"sessionId"`
	}
	err = call(http.MethodPost, base+"/session", map[string]any{"capabilities": map[string]any{"alwaysMatch": map[string]any{
		"browserName": "chrome",
		"goog:chromeOptions": map[string]any{"binary": chromium, "args": []string{
			"--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
			"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
			"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
			"--user-data-dir=" + b.profile,
			"--force-device-scale-factor=1", "--hide-scrollbars",
			fmt.Sprintf("--window-size=%d,%d", width, height),
		}},
	}}}, &created)
	b.session = base + "/session/" + created.SessionID
	return err
}

// startDriver runs chromedriver on a port of its own choice, which it tells in its first lines.
func (b *Browser) startDriver() (base string, err error) {
	b.driver = exec.Command("chromedriver", "--port=0", "--log-level=SEVERE")
	out, err := b.driver.StdoutPipe()
	if err != nil {
		return "", err
	}
	if err := b.driver.Start(); err != nil {
		b.driver = nil
		return "", err
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if _, port, ok := strings.Cut(lines.Text(), "successfully on port "); ok {
			go io.Copy(io.Discard, out) // ends with the process
			return "http://127.0.0.1:" + strings.TrimRight(port, ". "), nil
		}
	}
	return "", errors.Join(errors.New("chromedriver named no port"), lines.Err())
}

// Close ends the browser and removes its profile.
func (b *Browser) Close() {
	if b.session != "" {
		call(http.MethodDelete, b.session, nil, nil) // the process is ended below whatever the answer
	}
	if b.driver != nil {
		b.driver.Process.Kill()
		b.driver.Wait()
	}
	os.RemoveAll(b.profile)
}

// Open navigates to an address and waits until the page has loaded.
func (b *Browser) Open(url string) error {
	return call(http.MethodPost, b.session+"/url", map[string]string{"url": url}, nil)
}

// Address is where the browser is now.
func (b *Browser) Address() (string, error) { return b.get("/url") }

// Text is what a person can read on the page.
func (b *Browser) Text() (string, error) {
	body, err := b.find("body", 2*time.Second)
	if err != nil {
		return "", err
	}
	return b.get("/element/" + body + "/text")
}

// Fill replaces the text of the input that a CSS selector names.
func (b *Browser) Fill(css, text string) error {
	id, err := b.find(css, 10*time.Second)
	if err != nil {
		return err
	}
	element := b.session + "/element/" + id
	return errors.Join(
		call(http.MethodPost, element+"/clear", struct{}{}, nil),
		call(http.MethodPost, element+"/value", map[string]string{"text": text}, nil),
	)
}

// Click clicks what a CSS selector names, waiting for it to appear.
func (b *Browser) Click(css string) error {
	id, err := b.find(css, 10*time.Second)
	if err != nil {
		return err
	}
	return call(http.MethodPost, b.session+"/element/"+id+"/click", struct{}{}, nil)
}

// Has reports whether a CSS selector names anything on the page now.
func (b *Browser) Has(css string) bool {
	_, err := b.find(css, 0)
	return err == nil
}

// WaitForText waits until the page shows a text.
func (b *Browser) WaitForText(text string, timeout time.Duration) error {
	for end := time.Now().Add(timeout); ; time.Sleep(50 * time.Millisecond) {
		page, err := b.Text()
		if strings.Contains(page, text) {
			return nil
		}
		if time.Now().After(end) {
			address, _ := b.Address()
			return errors.Join(err, fmt.Errorf("want %q on the page within %v, got at %s:\n%s", text, timeout, address, page))
		}
	}
}

// Screenshot is a picture of the window, as PNG.
func (b *Browser) Screenshot() ([]byte, error) {
	data, err := b.get("/screenshot")
	if err != nil {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(data)
}

func (b *Browser) get(path string) (value string, err error) {
	return value, call(http.MethodGet, b.session+path, nil, &value)
}

// find gives the id of an element; its key in the answer is fixed by W3C WebDriver 12.
func (b *Browser) find(css string, timeout time.Duration) (string, error) {
	for end := time.Now().Add(timeout); ; time.Sleep(50 * time.Millisecond) {
		var found map[string]string
		err := call(http.MethodPost, b.session+"/element", map[string]string{"using": "css selector", "value": css}, &found)
		if id := found["element-6066-11e4-a52e-4f735466cecf"]; err == nil && id != "" {
			return id, nil
		}
		if time.Now().After(end) {
			address, _ := b.Address()
			return "", fmt.Errorf("want an element %q within %v at %s: %w", css, timeout, address, err)
		}
	}
}

// call sends a command; its result is the member "value" of the answer.
func call(method, url string, argument, result any) error {
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	var body io.Reader
	if argument != nil {
		data, err := json.Marshal(argument)
		if err != nil {
			return err
		}
		body = bytes.NewReader(data)
	}
	req, err := http.NewRequestWithContext(ctx, method, url, body)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	var answer struct{ Value json.RawMessage }
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return fmt.Errorf("webdriver: %s: %w", resp.Status, err)
	}
	if resp.StatusCode != http.StatusOK {
		var problem struct{ Error, Message string }
		json.Unmarshal(answer.Value, &problem) // a value of another shape leaves both empty
		message, _, _ := strings.Cut(problem.Message, "\n")
		return fmt.Errorf("webdriver: %s: %s", problem.Error, message)
	}
	if result == nil {
		return nil
	}
	return json.Unmarshal(answer.Value, result)
}
