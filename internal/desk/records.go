package desk

import (
	"skrin/identity/records"
	"skrin/pod"
)

// hostRecords lets the rooms behind signing in keep their records in the host's store.
type hostRecords struct{ *pod.Records }

func (h hostRecords) View(fn func(records.Tx) error) error {
	return h.Records.View(func(tx *pod.RecordTx) error { return fn(tx) })
}

func (h hostRecords) Update(fn func(records.Tx) error) error {
	return h.Records.Update(func(tx *pod.RecordTx) error { return fn(tx) })
}

// recordsOf are those of an open vault.
func recordsOf(vault *pod.Vault) records.Records { return hostRecords{vault.Records()} }
