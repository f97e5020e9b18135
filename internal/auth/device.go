package auth

import "strings"

// Signs of browsers and systems in what a client calls itself. The order
// counts: nearly all say Safari, and Edge says Chrome too.
var (
	browsers = []sign{{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser", "Samsung Internet"}, {"Firefox/", "Firefox"}, {"FxiOS", "Firefox"},
		{"CriOS", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}}
	systems = []sign{{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"CrOS", "ChromeOS"}, {"Mac OS", "macOS"}, {"Linux", "Linux"}}
)

type sign struct{ text, name string }

// deviceOf names a device that has no name, so that people know it in a list:
// "Firefox on Windows". It is "" for who says nothing that is known.
func deviceOf(agent string) string {
	find := func(signs []sign) string {
		for _, s := range signs {
			if strings.Contains(agent, s.text) {
				return s.name
			}
		}
		return ""
	}
	browser, system := find(browsers), find(systems)
	switch {
	case browser == "":
		return system
	case system == "":
		return browser
	}
	return browser + " on " + system
}
