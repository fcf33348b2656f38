package page

import (
	"encoding/json"
	"fmt"
	"io/fs"
)

// texts are the words of the pages: language, key, text. A text may hold places for arguments (%s, %d).
type texts map[string]map[string]string

func readTexts(files fs.FS) (texts, error) {
	out := texts{}
	for _, lang := range langs {
		raw, err := fs.ReadFile(files, "i18n/"+lang+".json")
		if err != nil {
			return nil, fmt.Errorf("page: %w", err)
		}
		words := map[string]string{}
		if err := json.Unmarshal(raw, &words); err != nil {
			return nil, fmt.Errorf("page: i18n/%s.json: %w", lang, err)
		}
		out[lang] = words
	}
	return out, nil
}

func (t texts) has(lang, key string) bool { return t[lang][key] != "" }

// say gives a text; a key without one shows itself, which a test does not let happen.
func (t texts) say(lang, key string, args ...any) string {
	text, ok := t[lang][key]
	if !ok {
		return key
	}
	if len(args) == 0 {
		return text
	}
	return fmt.Sprintf(text, args...)
}
