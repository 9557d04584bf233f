package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/safe"
)

// readToken finds the token: standard input, a file, or the argument itself.
func readToken(ctx context.Context, sys *system, args []string) (string, error) {
	if len(args) == 0 || args[0] == "-" {
		text, err := readStdin(ctx, sys)
		if err != nil {
			return "", err
		}
		return text, notEmpty(text, "standard input")
	}
	arg := args[0]
	text, err := readBounded(arg, inspect.MaxText)
	switch {
	case err == nil:
		return text, notEmpty(text, arg)
	case errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) || isNameTooLong(err):
		if looksLikeFile(arg) {
			return "", usage("a token is given as it is, a file by its path, - is standard input", "no such file: %q", arg)
		}
		return arg, nil
	default:
		return "", usage("", "read the token: %w", err)
	}
}

// looksLikeFile tells a mistyped path from a token: paths have separators or short endings, tokens have dots between long parts.
func looksLikeFile(arg string) bool {
	if strings.HasPrefix(arg, "eyJ") || strings.HasPrefix(arg, "{") || len(arg) > 255 {
		return false
	}
	if strings.ContainsAny(arg, `/\`) && !strings.ContainsAny(arg, "+=") {
		return true
	}
	dot := strings.LastIndexByte(arg, '.')
	return dot >= 0 && len(arg)-dot <= 5 && strings.Count(arg, ".") == 1
}

func isNameTooLong(err error) bool {
	var path *fs.PathError
	return errors.As(err, &path) && strings.Contains(path.Err.Error(), "too long")
}

// readStdin reads all of standard input, and stops waiting for it when ctx ends.
func readStdin(ctx context.Context, sys *system) (string, error) {
	type result struct {
		data []byte
		err  error
	}
	got := make(chan result, 1)
	go func() {
		data, err := io.ReadAll(io.LimitReader(sys.stdin, inspect.MaxText+1))
		got <- result{data, err}
	}()
	select {
	case <-ctx.Done():
		return "", context.Cause(ctx)
	case r := <-got:
		if r.err != nil {
			return "", usage("", "read standard input: %w", r.err)
		}
		if len(r.data) > inspect.MaxText {
			return "", usage("", "standard input is larger than %d bytes", inspect.MaxText)
		}
		return string(r.data), nil
	}
}

func notEmpty(text, where string) error {
	if strings.TrimSpace(text) == "" {
		return usage("oidcscope inspect TOKEN, oidcscope inspect FILE, or oidcscope inspect < FILE", "want a token, %s is empty", safe.Short(where, 60))
	}
	return nil
}

// readBounded reads a file of at most max bytes.
func readBounded(path string, max int64) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, max+1))
	if err != nil {
		return "", err
	}
	if int64(len(data)) > max {
		return "", usage("", "%s is larger than %d bytes", path, max)
	}
	return string(data), nil
}

// inputName is what a report calls the input. A token is not repeated.
func inputName(args []string) string {
	if len(args) == 0 || args[0] == "-" {
		return "standard input"
	}
	if _, err := os.Stat(args[0]); err != nil {
		return "token"
	}
	return args[0]
}
