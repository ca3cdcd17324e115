// Package secret has a text that is handed out once and otherwise not seen: see
// [Text]. Keys have a like of it in crypto, which imports nothing of ours.
package secret
