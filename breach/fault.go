package breach

// Fault is one thing wrong with a section of the configuration. The loader
// adds file and line; a plug-in only names the key.
type Fault struct {
	// Key is the key inside the section, dotted for deeper ones; empty for the
	// section as a whole.
	Key string
	// Message says what is wrong and the remedy.
	Message string
}

func (f Fault) Error() string {
	if f.Key == "" {
		return f.Message
	}
	return f.Key + ": " + f.Message
}
