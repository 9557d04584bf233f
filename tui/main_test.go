package tui

import (
	"context"
	"fmt"
	"os"
	"testing"
)

// programEnv makes the test binary run the program instead of the tests, so that it can be watched in a terminal.
const programEnv = "OIDCSCOPE_TEST_PROGRAM"

func runProgram() {
	s, err := Run(context.Background(), Options{Mouse: true, Practice: os.Getenv("OIDCSCOPE_TEST_PRACTICE")})
	fmt.Printf("summary ok=%v err=%v\n", s.OK, err)
}

func TestMain(m *testing.M) {
	if os.Getenv(programEnv) != "" {
		runProgram()
		return
	}
	os.Exit(m.Run())
}
