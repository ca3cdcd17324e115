package console_test

import "time"

// stepUp is a little longer than what a proof of who somebody is lasts.
const stepUp = 11 * time.Minute
