package ui

import (
	"fmt"

	"github.com/oidcscope/oidcscope/flows"
)

// HeldText says where a run is held, with the number of the step: "held before step 5", "answer held in step 5".
func HeldText(at *flows.Stop, step int) string {
	switch at.Kind {
	case flows.BeforeTaking, flows.BeforeReturn:
		return fmt.Sprintf("answer held in step %d", step)
	default:
		return fmt.Sprintf("held before step %d", step)
	}
}
