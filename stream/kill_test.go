package stream

const helperEnv = "OSHIRASE_STREAM_HELPER"

var helpers = map[string]func(){}
