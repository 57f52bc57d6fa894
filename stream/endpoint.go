package stream

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// endpointName is a file of the store's folder, readable by its owner only. It
// is there while a daemon accepts connections; one left behind by a killed
// daemon is told by the store's lock being free.
const endpointName = "endpoint.json"

// endpoint is how other commands of this machine reach the running daemon.
type endpoint struct {
	URL      string `json:"url"`
	User     string `json:"user"`
	Password string `json:"password"`
}

func writeEndpoint(dir string, e endpoint) error {
	text, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("encode endpoint: %w", err)
	}
	// CreateTemp makes the file readable by its owner only.
	f, err := os.CreateTemp(dir, endpointName+".*")
	if err != nil {
		return fmt.Errorf("write endpoint: %w", err)
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(dir, endpointName))
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write endpoint: %w", err), os.Remove(f.Name()))
	}
	return nil
}

// readEndpoint answers an error that is fs.ErrNotExist when no daemon has
// written one.
func readEndpoint(dir string) (endpoint, error) {
	path := filepath.Join(dir, endpointName)
	text, err := os.ReadFile(path)
	if err != nil {
		return endpoint{}, fmt.Errorf("read endpoint: %w: run the command as the daemon's user", err)
	}
	var e endpoint
	if err := json.Unmarshal(text, &e); err != nil {
		return endpoint{}, fmt.Errorf("read endpoint %s: %w: restart the daemon", path, err)
	}
	return e, nil
}

func removeEndpoint(dir string) error {
	err := os.Remove(filepath.Join(dir, endpointName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove endpoint: %w", err)
	}
	return nil
}
