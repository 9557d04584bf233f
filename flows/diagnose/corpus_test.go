package diagnose

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// recorded is a line of the recorded answers.
type recorded struct {
	Provider    string `json:"provider"`
	Endpoint    string `json:"endpoint"`
	Status      int    `json:"status"`
	ContentType string `json:"content_type"`
	Body        string `json:"body"`
	Cause       string `json:"expected_cause"`
}

func readRecorded(t *testing.T) []recorded {
	t.Helper()
	dir := os.Getenv("OIDCSCOPE_FIXTURES")
	if dir == "" {
		t.Skip("OIDCSCOPE_FIXTURES is not set")
	}
	f, err := os.Open(filepath.Join(dir, "errors.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []recorded
	scan := bufio.NewScanner(f)
	scan.Buffer(nil, 1<<20)
	for scan.Scan() {
		var r recorded
		if err := json.Unmarshal(scan.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

// readings is the diagnosis of each recorded answer, by its line, as a person has compared it with the cause that stands
// beside the answer. Behind a bar: what is said when the provider is not named. "-" stands for: the same, so the answer
// itself tells whose it is.
const readings = `
 1 ENT-02 -    2 ENT-17 -    3 ENT-31 -    4 KC-03 -     5 KC-04 -     6 GOO-02 -    7 GOO-15 -    8 OK-27 -
 9 A0-06 -    10 GL-03 -    11 CG-02 SPEC-invalid_client 12 CG-07 -   13 OI-01 -    14 DU-02 SPEC-invalid_grant
15 ENT-01 -   16 OK-01 -    17 OK-02 -    18 OK-09 -    19 OK-26 -    20 AP-01 SPEC-invalid_client 21 AP-02 -
22 SF-02 -    23 SF-01 -    24 LI-01 -    25 TW-03 -    26 TW-01 -    27 TW-02 -    28 HY-01 -    29 HY-01 -
30 HY-02 -    31 HY-01 -    32 AK-01 -    33 FA-01 -    34 K8-01  -   35 K8-01 -    36 AW-01 -    37 AW-02 -
38 GOO-05 -   39 GOO-06 -   40 GOO-01 -   41 ENT-03 -   42 ENT-46 -   43 ZI-01 -    44 ZI-03 -    45 DU-01 -
46 SL-01 -    47 SL-01  -   48 SL-02 -    49 SPEC-use_dpop_nonce - 50 OK-04 - 51 OK-15 - 52 OK-14 - 53 OK-12 -
54 OK-07 -    55 OK-17 -    56 OK-28 -    57 OK-19 -    58 CG-06 -    59 CG-04 SPEC-unauthorized_client
60 KC-06 -    61 KC-09 -    62 KC-10 -    63 KC-08 -    64 KC-14 -    65 KC-27 SPEC-slow_down 66 KC-01 -
67 DX-01 -    68 DX-03 -    69 DX-05 -    70 DX-07 -    71 DX-08 -    72 HY-06 -    73 HY-05 -    74 GL-02 -
75 ZI-07 -    76 GH-01 -    77 GH-01 -    78 GH-03 -    79 GH-04 -    80 A0-01 -    81 A0-02 SPEC-access_denied-client
82 A0-05 -
`

func TestRecorded(t *testing.T) {
	table := strings.Fields(readings)
	all := readRecorded(t)
	if len(table) != 3*len(all) {
		t.Fatalf("%d answers, %d readings", len(all), len(table)/3)
	}
	for i, r := range all {
		named, unnamed := table[3*i+1], table[3*i+2]
		known := Hints{Endpoint: ParseEndpoint(r.Endpoint), Status: r.Status, ContentType: r.ContentType}
		if unnamed == "-" {
			unnamed = named
		}
		if a, err := Text(r.Body, known); err != nil || a.Diagnosis.ID != unnamed {
			t.Errorf("line %d, %s not named: %+v, %v; want %s for %q", i+1, r.Provider, a, err, unnamed, r.Cause)
		}
		known.Provider = r.Provider
		a, err := Text(r.Body, known)
		if err != nil || a.Diagnosis.ID != named {
			t.Errorf("line %d, %s: %+v, %v; want %s for %q", i+1, r.Provider, a, err, named, r.Cause)
			continue
		}
		d := a.Diagnosis
		if len(d.Causes) == 0 || len(d.Fixes) == 0 || len(d.Checked) == 0 || d.Summary == "" || d.Ref == "" && d.Provider == "" {
			t.Errorf("line %d: %+v", i+1, d)
		}
		if text := d.Summary + strings.Join(d.Causes, ""); strings.ContainsAny(text, "{}|") {
			t.Errorf("line %d: a placeholder is left: %s", i+1, text)
		}
	}
}
