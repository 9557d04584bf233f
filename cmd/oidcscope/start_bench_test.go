package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// BenchmarkStart measures whole processes: version, and inspect of an RS256 token with a local key set, beside a program that does
// nothing but print a line. x-hello is the ratio; the goals are 2 for version and 2.5 for inspect.
//
//	go test ./cmd/oidcscope -run '^$' -bench Start -benchtime 200x
func BenchmarkStart(b *testing.B) {
	dir := b.TempDir()
	hello := buildProgram(b, dir, "hello", helloSource(b, dir))
	program := buildProgram(b, dir, "oidcscope", ".")
	if out, err := inDir(dir, "mint", "-alg", "RS256").CombinedOutput(); err != nil {
		b.Fatalf("mint: %v\n%s", err, out)
	}
	programs := map[string]*exec.Cmd{
		"hello":   exec.Command(hello),
		"version": exec.Command(program, "version"),
		"inspect": inDir(dir, program, "inspect", "token.jwt", "--jwks", "jwks.json", "--require-verified", "--plain"),
	}
	for _, name := range []string{"version", "inspect"} {
		b.Run(name, func(b *testing.B) {
			var base, took time.Duration
			for b.Loop() { // in turns, so that a busy machine slows both alike
				base += timed(b, programs["hello"])
				took += timed(b, programs[name])
			}
			b.ReportMetric(float64(took)/float64(base), "x-hello")
			b.ReportMetric(float64(took.Microseconds())/float64(b.N)/1000, "ms/start")
			b.ReportMetric(float64(base.Microseconds())/float64(b.N)/1000, "ms/hello")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func timed(b *testing.B, like *exec.Cmd) time.Duration {
	cmd := &exec.Cmd{Path: like.Path, Args: like.Args, Dir: like.Dir}
	began := time.Now()
	if out, err := cmd.Output(); err != nil {
		b.Fatalf("%v: %v\n%s", cmd.Args, err, out)
	}
	return time.Since(began)
}

func inDir(dir, name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	return cmd
}

func helloSource(b *testing.B, dir string) string {
	path := filepath.Join(dir, "hello.go")
	source := "package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(\"hello\") }\n"
	if err := os.WriteFile(path, []byte(source), 0o600); err != nil {
		b.Fatal(err)
	}
	return path
}

// buildProgram builds as releases are built.
func buildProgram(b *testing.B, dir, name, what string) string {
	path := filepath.Join(dir, name)
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", path, what)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("build %s: %v\n%s", name, err, out)
	}
	return path
}
