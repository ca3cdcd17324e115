package admin

import (
	"fmt"
	"net/http"

	"skrin/pod"
)

func (h *handler) showQuota(w http.ResponseWriter, r *http.Request) error {
	info, session, err := h.owner(r)
	if err != nil {
		return err
	}
	usage, err := session.Usage(r.Context())
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, Quota{Used: usage.Used, Quota: usage.Quota, Default: info.Quota == 0})
}

func (h *handler) setQuota(w http.ResponseWriter, r *http.Request) error {
	asked, err := readQuota(r)
	if err != nil {
		return err
	}
	if err := h.Vault.SetQuota(r.PathValue("pod"), asked); err != nil {
		return err
	}
	return h.showQuota(w, r)
}

func (h *handler) showDefaultQuota(w http.ResponseWriter, _ *http.Request) error {
	return reply(w, http.StatusOK, Quota{Quota: h.Vault.DefaultQuota(), Default: true})
}

func (h *handler) setDefaultQuota(w http.ResponseWriter, r *http.Request) error {
	asked, err := readQuota(r)
	if err != nil {
		return err
	}
	if err := h.Vault.SetDefaultQuota(asked); err != nil {
		return err
	}
	return h.showDefaultQuota(w, r)
}

func readQuota(r *http.Request) (int64, error) {
	var asked SetQuota
	if err := read(r, &asked); err != nil {
		return 0, err
	}
	if asked.Quota < 0 && asked.Quota != pod.Unlimited {
		return 0, fmt.Errorf("%w: a quota is a number of bytes", errRequest)
	}
	return asked.Quota, nil
}
