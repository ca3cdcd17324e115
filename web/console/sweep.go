package console

import (
	"fmt"

	"skrin/identity/records"
)

// sweep takes away what is of no use any more: the state of keys of pods that are
// gone, and what was to be removed after a recovery and never was.
func (h *Handler) sweep() error {
	there := map[string]bool{}
	pods, err := h.conf.Vault.Pods()
	if err != nil {
		return fmt.Errorf("sweeping after pods: %w", err)
	}
	for _, p := range pods {
		there[p.ID.String()] = true
	}
	keys, olds, err := h.stale(there)
	if err != nil || len(keys)+len(olds) == 0 {
		return err
	}
	return h.conf.Records.Update(func(tx records.Tx) error {
		for _, name := range keys {
			if err := keyStateKind.Delete(tx, name); err != nil {
				return err
			}
		}
		for _, name := range olds {
			if err := oldKind.Delete(tx, name); err != nil {
				return err
			}
		}
		return nil
	})
}

// stale names what sweep takes away. A pod is there before the state of its key is.
func (h *Handler) stale(there map[string]bool) (keys, olds []string, err error) {
	now := h.conf.Now()
	err = h.conf.Records.View(func(tx records.Tx) error {
		err := keyStateKind.Each(tx, func(name string, s keyState) (bool, error) {
			if !there[name] && now.Sub(s.Made) > givenUp {
				keys = append(keys, name)
			}
			return true, nil
		})
		if err != nil {
			return err
		}
		return oldKind.Each(tx, func(name string, o old) (bool, error) {
			if o.Until.Before(now) {
				olds = append(olds, name)
			}
			return true, nil
		})
	})
	return keys, olds, err
}
