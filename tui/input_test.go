package tui

import "testing"

func TestAnswersAreTakenOutOfInput(t *testing.T) {
	for _, c := range []struct {
		name   string
		reads  []string
		keys   string
		colour string
		device bool
	}{
		{"both at once", []string{"\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\\x1b[?62;4c"}, "", "rgb:1e1e/1e1e/2e2e", true},
		{"ended by BEL", []string{"\x1b]11;rgb:ff/ff/ff\a\x1b[?1;2c"}, "", "rgb:ff/ff/ff", true},
		{"no OSC 11", []string{"\x1b[?6c"}, "", "", true},
		{"split anywhere", []string{"\x1b]1", "1;rgb:0/0", "/0\x1b", "\\\x1b[?", "62", "c"}, "", "rgb:0/0/0", true},
		{"keys around", []string{"ab\x1b]11;rgb:0/0/0\acd\x1b[?6cq"}, "abcdq", "rgb:0/0/0", true},
		{"escape alone", []string{"\x1b"}, "\x1b", "", false},
		{"alt and ]", []string{"\x1b]"}, "\x1b]", "", false},
		{"arrow", []string{"\x1b[A\x1b[1;5C"}, "\x1b[A\x1b[1;5C", "", false},
		{"mouse", []string{"\x1b[<0;10;10M"}, "\x1b[<0;10;10M", "", false},
		{"private mode report is a key for others", []string{"\x1b[?1u"}, "\x1b[?1u", "", false},
		{"never ends", []string{"\x1b]11;" + string(make([]byte, 100))}, "\x1b]11;" + string(make([]byte, 100)), "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var a answers
			var keys string
			for _, r := range c.reads {
				keys += string(a.take([]byte(r)))
			}
			if keys != c.keys || a.colour != c.colour || a.device != c.device {
				t.Errorf("keys %q colour %q device %v, want %q %q %v", keys, a.colour, a.device, c.keys, c.colour, c.device)
			}
		})
	}
}

func TestBackground(t *testing.T) {
	for in, want := range map[string][2]bool{
		"15;0": {true, true}, "0;15": {false, true}, "0;default;7": {false, true}, "12;8": {true, true},
		"": {false, false}, "15": {false, false}, "15;x": {false, false}, "1;99": {false, false},
	} {
		if dark, known := colorFGBG(in); dark != want[0] || known != want[1] {
			t.Errorf("COLORFGBG %q: dark %v known %v, want %v", in, dark, known, want)
		}
	}
	for in, want := range map[string][2]bool{
		"rgb:1e1e/1e1e/2e2e": {true, true}, "rgb:ff/ff/ff": {false, true}, "rgba:f/f/e/8": {false, true}, "rgb:0000/0000/ffff": {true, true},
		"": {false, false}, "rgb:12/34": {false, false}, "rgb:zz/00/00": {false, false}, "#ffffff": {false, false}, "rgb:12345/0/0": {false, false},
	} {
		if dark, known := darkColour(in); dark != want[0] || known != want[1] {
			t.Errorf("answer %q: dark %v known %v, want %v", in, dark, known, want)
		}
	}
}
