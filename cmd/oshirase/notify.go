package main

import (
	"context"
	"errors"
	"fmt"

	"oshirase/app"
	"oshirase/breach"
)

type notifyCmd struct {
	Test notifyTestCmd `cmd:"" help:"Send a receiver one alert that says it is a test."`
}

type notifyTestCmd struct {
	configFlag
	Receiver string `arg:"" help:"The receiver's id in the configuration."`
}

// Help implements [kong.HelpProvider].
func (*notifyTestCmd) Help() string {
	return `The message goes out at once, whatever the routes say; nothing is recorded. Exit 0 means that the receiver said yes.

Examples:

	oshirase notify test -c oshirase.yaml soc-slack
	oshirase notify test -c oshirase.yaml soc-mail`
}

// Run sends the test and says what the receiver answered.
func (c *notifyTestCmd) Run(ctx context.Context, std *streams) error {
	cfg, err := c.load()
	if err != nil {
		return err
	}
	kind, reference, err := app.Try(ctx, cfg, c.Receiver, std.out)
	if errors.Is(err, app.ErrUnknownReceiver) {
		return usageError{err}
	}
	if wait, asked := breach.RetryDelay(err); asked {
		return fmt.Errorf("%w (the daemon would try again after %s)", err, wait)
	}
	if err != nil {
		return err
	}
	if reference != "" {
		reference = ", as " + printable(reference)
	}
	_, err = fmt.Fprintf(std.err, "receiver %s (%s) took the test%s\n", c.Receiver, kind, reference)
	return err
}
