// Package slack tells a Slack channel, by an incoming webhook or by a bot
// token. Start with [New].
//
// A webhook needs one URL and nothing else; it can neither thread nor tell the
// id of what it posted. A bot token with a channel can: reports of one incident
// go under the first message about it, and what must not be missed in a thread
// (an escalation, a withdrawal) is shown in the channel too.
//
// Messages are Block Kit and stay within its limits whatever the alert holds;
// text that came from a source can neither ping, nor link, nor break a block.
// Each has a plain text beside the blocks, for notifications and screen
// readers. Links are not unfurled.
//
// 429 pauses the receiver for as long as Slack asks; 5xx and Slack's own
// trouble wait; everything else that Slack refuses is permanent, with Slack's
// own word for it (invalid_blocks, channel_not_found, no_service) in the error.
package slack

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"oshirase/breach"
	"oshirase/notifier"
	"oshirase/notifier/egress"
)

// Config is the receiver's section of the configuration: either a webhook, or a
// bot token and a channel.
type Config struct {
	WebhookURL     breach.Secret `yaml:"webhook_url"`
	WebhookURLFile string        `yaml:"webhook_url_file"`
	// BotToken (xoxb-…) with the scope chat:write.
	BotToken     breach.Secret `yaml:"bot_token"`
	BotTokenFile string        `yaml:"bot_token_file"`
	// Channel is the id (C0123…) or name that the bot posts to. It must have
	// been invited there.
	Channel string `yaml:"channel"`
	// APIURL is for a bot behind a relay, and for tests. Default
	// https://slack.com/api.
	APIURL string `yaml:"api_url"`
}

// Validate implements the check of a configuration section.
func (c Config) Validate() []breach.Fault {
	webhook := !c.WebhookURL.IsZero() || c.WebhookURLFile != ""
	bot := !c.BotToken.IsZero() || c.BotTokenFile != ""
	var faults []breach.Fault
	add := func(key, message string) { faults = append(faults, breach.Fault{Key: key, Message: message}) }
	switch {
	case webhook && bot:
		add("bot_token", "stands beside webhook_url: keep one of them")
	case !webhook && !bot:
		add("", "has neither webhook_url nor bot_token (or their _file): set one")
	case bot && c.Channel == "":
		add("channel", "name the channel that the bot posts to")
	case webhook && c.Channel != "":
		add("channel", "belongs to a bot token; a webhook has its channel from Slack: remove it")
	}
	if !c.WebhookURL.IsZero() {
		if c.WebhookURLFile != "" {
			add("webhook_url_file", "stands beside webhook_url: keep one")
		}
		if err := egress.CheckURL(c.WebhookURL.Reveal()); err != nil {
			add("webhook_url", err.Error())
		}
	}
	if !c.BotToken.IsZero() && c.BotTokenFile != "" {
		add("bot_token_file", "stands beside bot_token: keep one")
	}
	if c.APIURL != "" {
		if err := egress.CheckURL(c.APIURL); err != nil {
			add("api_url", err.Error())
		}
	}
	return faults
}

// Notifier posts to one channel.
type Notifier struct {
	client  *egress.Client
	token   breach.Secret // zero for a webhook
	channel string
}

// New returns a notifier for cfg; secrets in files are read now.
func New(cfg Config) (*Notifier, error) {
	for _, f := range cfg.Validate() {
		return nil, fmt.Errorf("slack: %w", f)
	}
	webhook, err := breach.ReadSecret("webhook_url", cfg.WebhookURL, cfg.WebhookURLFile)
	if err != nil {
		return nil, fmt.Errorf("slack: %w", err)
	}
	token, err := breach.ReadSecret("bot_token", cfg.BotToken, cfg.BotTokenFile)
	if err != nil {
		return nil, fmt.Errorf("slack: %w", err)
	}
	key, endpoint := "webhook_url", webhook
	if !token.IsZero() {
		base := strings.TrimSuffix(cmp.Or(cfg.APIURL, "https://slack.com/api"), "/")
		key, endpoint = "api_url", breach.NewSecret(base+"/chat.postMessage")
	}
	client, err := egress.New(egress.Config{Endpoint: endpoint, Secrets: []breach.Secret{token}})
	if err != nil {
		return nil, fmt.Errorf("slack: %s %w", key, err)
	}
	return &Notifier{client: client, token: token, channel: cfg.Channel}, nil
}

// Close ends idle connections.
func (n *Notifier) Close() error { return n.client.Close() }

// Threading implements [notifier.Threading]: a webhook cannot.
func (n *Notifier) Threading() bool { return !n.token.IsZero() }

// Send posts m. The reference is the message's "channel/ts" for a bot, empty
// for a webhook.
func (n *Notifier) Send(ctx context.Context, m notifier.Message) (reference string, err error) {
	p := newPayload(m.View)
	header := http.Header{"Content-Type": {"application/json; charset=utf-8"}}
	if !n.token.IsZero() {
		header.Set("Authorization", "Bearer "+n.token.Reveal())
		p.Channel = n.channel
		if _, ts, ok := strings.Cut(m.Thread, "/"); ok && ts != "" {
			p.ThreadTS = ts
			p.ReplyBroadcast = m.Alert.Kind == breach.AlertEscalation || m.Alert.Kind == breach.AlertWithdrawn
		}
	}
	body, err := p.encode()
	if err != nil {
		return "", breach.Permanent(fmt.Errorf("encode a Slack message: %w", err))
	}
	resp, err := n.client.Post(ctx, header, body)
	if err != nil {
		return "", err
	}
	if err := n.client.Answer(resp, remedies[strings.TrimSpace(string(resp.Body))]); err != nil {
		return "", err
	}
	if n.token.IsZero() {
		return "", nil
	}
	return n.reply(resp)
}

// apiReply is what the Web API answers, with status 200 also when it refused.
type apiReply struct {
	OK       bool   `json:"ok"`
	Error    string `json:"error"`
	Channel  string `json:"channel"`
	TS       string `json:"ts"`
	Response struct {
		Messages []string `json:"messages"`
	} `json:"response_metadata"`
}

// transient are the Web API's words for its own trouble.
var transient = []string{"internal_error", "fatal_error", "service_unavailable", "request_timeout",
	"team_added_to_org", "ekm_access_denied", "accesslimited"}

// remedies are what to do about Slack's refusals, of webhooks
// (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks/)
// and of chat.postMessage (https://docs.slack.dev/reference/methods/chat.postMessage/).
var remedies = map[string]string{
	"no_service":          "the webhook is gone: make another one and configure its URL",
	"no_service_id":       "the webhook's URL is not whole: copy it anew",
	"no_team":             "the webhook's URL is not whole: copy it anew",
	"invalid_token":       "the webhook is revoked: make another one and configure its URL",
	"no_active_hooks":     "the webhook is switched off: switch it on, or make another one",
	"action_prohibited":   "an administrator forbids it: ask for permission, or name another channel",
	"channel_is_archived": "bring the channel back, or name another one",
	"is_archived":         "bring the channel back, or name another one",
	"channel_not_found":   "name the channel by its id, and invite the bot if it is private",
	"not_in_channel":      "invite the bot into the channel",
	"invalid_auth":        "the bot token is not valid: install the app again and configure its token",
	"not_authed":          "the bot token is not valid: install the app again and configure its token",
	"account_inactive":    "the bot was removed: install the app again and configure its token",
	"token_revoked":       "the bot token is revoked: install the app again and configure its token",
	"token_expired":       "the bot token has expired: install the app again and configure its token",
	"missing_scope":       "give the app the scope chat:write and install it again",
	"restricted_action":   "an administrator forbids the bot to post there: ask for permission",
	"invalid_blocks":      "report this message: Slack does not take how it is made",
	"msg_too_long":        "report this message: Slack does not take how it is made",
}

func (n *Notifier) reply(resp *egress.Response) (reference string, err error) {
	var r apiReply
	if err := json.Unmarshal(resp.Body, &r); err != nil {
		return "", fmt.Errorf("post to %s: the answer is not the Web API's%s", n.client.Host(), n.client.Excerpt(resp.Body))
	}
	if r.OK {
		return r.Channel + "/" + r.TS, nil
	}
	detail := n.client.Excerpt([]byte(r.Error + " " + strings.Join(r.Response.Messages, " ")))
	err = fmt.Errorf("post to %s: chat.postMessage refused%s", n.client.Host(), detail)
	if remedy := remedies[r.Error]; remedy != "" {
		err = fmt.Errorf("%w: %s", err, remedy)
	}
	wait, _ := resp.RetryAfter(time.Now())
	switch {
	case r.Error == "ratelimited" || r.Error == "rate_limited" || r.Error == "message_limit_exceeded":
		return "", notifier.Pause(err, wait)
	case slices.Contains(transient, r.Error):
		return "", breach.RetryAfter(err, wait)
	}
	return "", breach.Permanent(err)
}
