package configs

import (
	"time"

	"oshirase/breach"
)

// file is the YAML as users write it.
type file struct {
	DataDir       string          `yaml:"data_dir"`
	TimeZone      string          `yaml:"time_zone"`
	Language      string          `yaml:"language"`
	NATS          natsFile        `yaml:"nats"`
	HTTP          httpFile        `yaml:"http"`
	Catalogue     []string        `yaml:"catalogue"`
	Sources       []Section       `yaml:"sources"`
	Watchlist     []watchlistFile `yaml:"watchlist"`
	Receivers     []Section       `yaml:"receivers"`
	Routes        []Section       `yaml:"routes"`
	Web           webFile         `yaml:"web"`
	Log           logFile         `yaml:"log"`
	Classifier    classifierFile  `yaml:"classifier"`
	Retention     time.Duration   `yaml:"retention"`
	DocumentWait  time.Duration   `yaml:"document_wait"`
	ShutdownGrace time.Duration   `yaml:"shutdown_grace"`
	Heartbeat     string          `yaml:"heartbeat"`
	Evidence      evidenceFile    `yaml:"evidence"`
}

type natsFile struct {
	URL             string           `yaml:"url"`
	Listen          string           `yaml:"listen"`
	CredentialsFile string           `yaml:"credentials_file"`
	Replicas        int              `yaml:"replicas"`
	SubjectPrefix   string           `yaml:"subject_prefix"`
	Subscribers     []subscriberFile `yaml:"subscribers"`
}

type subscriberFile struct {
	User         string        `yaml:"user"`
	Password     breach.Secret `yaml:"password"`
	PasswordFile string        `yaml:"password_file"`
}

type httpFile struct {
	Contact      string        `yaml:"contact"`
	AllowPrivate Section       `yaml:"allow_private_addresses"`
	PerHost      perHostFile   `yaml:"per_host"`
	Timeout      time.Duration `yaml:"timeout"`
	MaxBodyMiB   int64         `yaml:"max_body_mib"`
}

type perHostFile struct {
	Interval    time.Duration `yaml:"interval"`
	Concurrency int           `yaml:"concurrency"`
}

type webFile struct {
	Listen    string        `yaml:"listen"`
	Token     breach.Secret `yaml:"token"`
	TokenFile string        `yaml:"token_file"`
}

type logFile struct {
	Level  string `yaml:"level"`
	Format string `yaml:"format"`
}

type evidenceFile struct {
	Retention time.Duration `yaml:"retention"`
	MaxMiB    int64         `yaml:"max_mib"`
}

type classifierFile struct {
	RulesDir string `yaml:"rules_dir"`
}

// sourceFile are the keys that every kind of source has.
type sourceFile struct {
	ID        string        `yaml:"id"`
	Kind      string        `yaml:"kind"`
	Enabled   *bool         `yaml:"enabled"`
	URL       string        `yaml:"url"`
	Schedule  string        `yaml:"schedule"`
	FirstRun  string        `yaml:"first_run"`
	Robots    string        `yaml:"robots"`
	Documents string        `yaml:"documents"`
	Language  string        `yaml:"language"`
	Publisher publisherFile `yaml:"publisher"`
}

type publisherFile struct {
	Name            string `yaml:"name"`
	Code            string `yaml:"code"`
	CorporateNumber string `yaml:"corporate_number"`
}

// receiverFile are the keys that every channel has.
type receiverFile struct {
	ID       string `yaml:"id"`
	Kind     string `yaml:"kind"`
	Language string `yaml:"language"`
}

func defaults() file {
	return file{
		DataDir: "./data", TimeZone: "Asia/Tokyo", Language: "ja",
		NATS:          natsFile{Replicas: 1},
		HTTP:          httpFile{PerHost: perHostFile{Interval: time.Second, Concurrency: 1}, Timeout: 30 * time.Second, MaxBodyMiB: 20},
		Web:           webFile{Listen: "127.0.0.1:8080"},
		Log:           logFile{Level: "info", Format: "json"},
		Retention:     400 * 24 * time.Hour,
		DocumentWait:  15 * time.Second,
		ShutdownGrace: 20 * time.Second,
	}
}
