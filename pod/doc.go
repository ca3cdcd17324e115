// Package pod keeps pods: one person's health records, their keys and their
// journal, encrypted on disk.
//
// Open a [Vault] on a data folder, then call [Vault.As] for a [Session]: the
// pod together with whoever asks. There is no other way to a resource, so
// nothing is read or written without a decision, and nothing that others do
// goes without a line in the pod's journal.
//
//	vault, err := pod.Open("data", hostKey, pod.Options{Base: base})
//	info, err := vault.Lookup("maria")
//	res, err := vault.As(info.ID, drAna).Get(ctx, path)
//
// What the package promises:
//
//   - A write that returned without an error is on disk; one that returned
//     an error changed nothing, but for [ErrFenced], which means that nobody
//     knows until the pod has been reopened and verified.
//   - For everyone but the owner the journal line of a reading is on disk
//     before Get returns.
//   - Once Revoke or EndRule has returned, nothing that begins later is allowed
//     by that grant or rule, and what still flows from it ends.
//   - Nobody learns whether a name exists in a container they may not read.
//   - No file holds a path, a WebID, a predicate or a value in the clear.
//     FORMAT.md beside this file writes down every byte.
//
// The pod decides nothing about who may do what: that is package acl, asked
// inside the same transaction that reads or writes. It encrypts nothing by
// itself either: that is package crypto.
package pod
