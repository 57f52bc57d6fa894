package configs

// NotOpened is notOpened.
var NotOpened = notOpened
