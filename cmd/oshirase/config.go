package main

import (
	"errors"
	"os"

	"oshirase/app"
	"oshirase/breach"
	"oshirase/configs"
)

// configFlag names the configuration; every command that needs one embeds it.
type configFlag struct {
	Config       string `short:"c" help:"Configuration file; without it, the built-in one (oshirase check --print shows it)." type:"path" placeholder:"FILE" env:"OSHIRASE_CONFIG"`
	DataDir      string `help:"Overrides data_dir." type:"path" placeholder:"DIR" env:"OSHIRASE_DATA_DIR"`
	WebListen    string `help:"Overrides web.listen." placeholder:"ADDR" env:"OSHIRASE_WEB_LISTEN"`
	WebTokenFile string `help:"Overrides web.token_file." type:"path" placeholder:"FILE" env:"OSHIRASE_WEB_TOKEN_FILE"`
}

// load reads and validates the configuration, plug-ins included. Every fault
// is a [usageError].
func (f *configFlag) load() (*configs.Config, error) {
	cfg, err := f.parse()
	if err != nil {
		return nil, usageError{err}
	}
	if err := app.Check(cfg); err != nil {
		return nil, usageError{err}
	}
	return cfg, nil
}

func (f *configFlag) parse() (*configs.Config, error) {
	cfg, err := configs.Load(f.Config, os.LookupEnv)
	if err != nil {
		return nil, err
	}
	if f.DataDir != "" {
		cfg.DataDir = f.DataDir
	}
	var faults []error
	if f.WebTokenFile != "" {
		token, err := breach.ReadSecret("web.token", breach.Secret{}, f.WebTokenFile)
		if err != nil {
			faults = append(faults, err)
		}
		cfg.Web.Token = token
	}
	if f.WebListen != "" {
		cfg.Web.Listen = f.WebListen
		if err := configs.CheckListen("web.listen", cfg.Web.Listen, cfg.Web.Token); err != nil {
			faults = append(faults, err)
		}
	}
	return cfg, errors.Join(faults...)
}
