package returns_test

import (
	"encoding/csv"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/housetest"
)

// office is the program of LibreOffice; where there is none the test says so, and fails where all must be there.
func office(t *testing.T) string {
	t.Helper()
	program, err := exec.LookPath("soffice")
	if err != nil && os.Getenv("CI") == "true" {
		t.Fatal("LibreOffice is missing: libreoffice-calc-nogui")
	}
	if err != nil {
		t.Skip("LibreOffice is missing: libreoffice-calc-nogui")
	}
	return program
}

// What LibreOffice opens says what the table says, cell by cell.
func TestLibreOfficeReadsTheTable(t *testing.T) {
	program := office(t)
	if !slices.Contains(dbtest.Dialects(), "sqlite") {
		return // the file is the same
	}
	town := housetest.New(t, dbtest.Only(t, "sqlite"))
	su := town.As(town.Su)
	c := su.Files()
	su.Performed(c, town.Su)
	su.Does(c, "close", nil).Is(200)
	county := town.As(town.County).With("Accept-Language", "zh-CN")
	table := county.Get("/reports/case-table?group=area").Is(200)
	dir := t.TempDir()
	file := filepath.Join(dir, "table.xlsx")
	if err := os.WriteFile(file, county.Get("/reports/case-table?group=area&format=xlsx").Is(200).Body, 0o600); err != nil {
		t.Fatal(err)
	}
	convert := exec.CommandContext(t.Context(), program, "--headless", "--norestore", "-env:UserInstallation=file://"+filepath.Join(dir, "home"), "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1", "--outdir", dir, file)
	convert.WaitDelay = time.Minute
	if said, err := convert.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	text, err := os.ReadFile(filepath.Join(dir, "table.csv"))
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(text), "\ufeff")))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(rows, func(row []string) bool { return row[0] == "合计" })
	if i < 0 || rows[0][0] != "人民调解案件情况统计表" {
		t.Fatalf("LibreOffice reads %q", rows)
	}
	for col := 1; col <= 49; col++ {
		if got, want := rows[i][col+1], table.Text(fmt.Sprintf("columns.%d.value", col-1)); got != want {
			t.Errorf("column %d: LibreOffice reads %q, the table says %q", col, got, want)
		}
	}
	if table.Text("columns.0.value") != "1" || table.Text("columns.4.value") != "0.18" {
		t.Errorf("the table has nothing to read: %s", table.Text("columns.0"))
	}
}
