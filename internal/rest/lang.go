package rest

import (
	"net/http"
	"strconv"
	"strings"
)

const (
	chinese = "zh-CN"
	english = "en"
)

// langOf is the language that the reader likes best of the two there are; Chinese when they say nothing.
func langOf(r *http.Request) string {
	best, liked := chinese, 0.0
	for part := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		tag, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		lang := languageOf(tag)
		if q := quality(params); lang != "" && q > liked {
			best, liked = lang, q
		}
	}
	return best
}

func languageOf(tag string) string {
	primary, _, _ := strings.Cut(strings.ToLower(tag), "-")
	switch primary {
	case "zh":
		return chinese
	case "en":
		return english
	}
	return ""
}

func quality(params string) float64 {
	v, ok := strings.CutPrefix(strings.TrimSpace(params), "q=")
	if !ok {
		return 1
	}
	q, err := strconv.ParseFloat(v, 64)
	if err != nil || q < 0 || q > 1 {
		return 0
	}
	return q
}
