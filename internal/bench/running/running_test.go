package running

import (
	"strings"
	"testing"
)

func TestAProgramSaysWhereItListens(t *testing.T) {
	if at, err := listens(strings.NewReader("hello\nFengqiao dev listens on http://127.0.0.1:4711\nmore\n")); err != nil || at != "http://127.0.0.1:4711" {
		t.Errorf("heard %q, %v", at, err)
	}
	if _, err := listens(strings.NewReader("failed\n")); err == nil {
		t.Error("a program that had ended was heard")
	}
}
