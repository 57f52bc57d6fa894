package web

import (
	"cmp"
	"fmt"
	"net/http"

	"golang.org/x/text/language"
)

// The languages of the pages.
const (
	japanese = "ja"
	english  = "en"
)

// words are a language's texts by key. Keys of the vocabulary are its ids after
// a word and a dot: severity.critical, vector.ransomware. Texts with verbs are
// formats of package fmt.
type words map[string]string

var tables = map[string]words{japanese: wordsJA, english: wordsEN}

// t is the text of a key; a key without one is a mistake in a page.
func (w words) t(key string, args ...any) (string, error) {
	text, ok := w[key]
	if !ok {
		return "", fmt.Errorf("no text %q", key)
	}
	if len(args) > 0 {
		return fmt.Sprintf(text, args...), nil
	}
	return text, nil
}

// id is the word of an id of the vocabulary; one that is newer than this
// program shows as it is.
func (w words) id(vocabulary string, id any) string {
	key := fmt.Sprint(id)
	return cmp.Or(w[vocabulary+"."+key], key)
}

// languageCookie keeps the language that a reader chose.
const languageCookie = "oshirase_lang"

// yearSeconds is how long the choice is kept.
const yearSeconds = 365 * 24 * 60 * 60

var supported = language.NewMatcher([]language.Tag{language.Japanese, language.English})

// languageOf is what ?lang= asks for, what was chosen before, what the browser
// asks for, or the configured one.
func (s *Server) languageOf(r *http.Request) string {
	if asked := r.URL.Query().Get("lang"); tables[asked] != nil {
		return asked
	}
	if chosen, err := r.Cookie(languageCookie); err == nil && tables[chosen.Value] != nil {
		return chosen.Value
	}
	tags, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err != nil || len(tags) == 0 {
		return s.cfg.Language
	}
	tag, _, confidence := supported.Match(tags...)
	base, _ := tag.Base()
	if confidence == language.No || tables[base.String()] == nil {
		return s.cfg.Language
	}
	return base.String()
}

// keepLanguage remembers a language that was asked for by ?lang=.
func (s *Server) keepLanguage(w http.ResponseWriter, r *http.Request) {
	asked := r.URL.Query().Get("lang")
	if tables[asked] == nil {
		return
	}
	http.SetCookie(w, &http.Cookie{
		Name: languageCookie, Value: asked, Path: "/", MaxAge: yearSeconds, HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https",
	})
}

// other is the language that a page offers beside its own.
func other(lang string) string {
	if lang == japanese {
		return english
	}
	return japanese
}
