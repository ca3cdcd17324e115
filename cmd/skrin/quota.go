package main

import (
	"context"
	"math"
	"strconv"
	"strings"

	"skrin/pod"
	"skrin/web/admin"
)

type podQuotaCommand struct {
	folderFlags `embed:""`
	Name        string `arg:"" optional:"" help:"Name of the pod. Without one it is about all pods that have no quota of their own."`
	Size        string `arg:"" optional:"" help:"Its quota from now on: 500MB, 20GB, none, or default."`
	Default     string `placeholder:"SIZE" help:"Set the quota of all pods that have none of their own: 5GB, or none."`
}

// Run shows a quota, or sets it.
func (c *podQuotaCommand) Run(ctx context.Context, t *terminal) error {
	path, wanted := "/quota", c.Default
	switch {
	case c.Name != "" && c.Default != "":
		return usage("--default is for all pods that have no quota of their own; leave the name out")
	case c.Name != "":
		path, wanted = podPath(c.Name)+"/quota", c.Size
	}
	method, body := "GET", any(nil)
	if wanted != "" {
		bytes, err := parseQuota(wanted, c.Name != "")
		if err != nil {
			return err
		}
		method, body = "PUT", admin.SetQuota{Quota: bytes}
	}
	var now admin.Quota
	if err := c.ask(ctx, t, method, path, body, &now); err != nil {
		return err
	}
	return t.table("", []string{"POD", "USED", "QUOTA"}, [][]string{quotaRow(c.Name, now)})
}

func quotaRow(name string, q admin.Quota) []string {
	used, quota := size(q.Used), "none"
	if q.Quota != pod.Unlimited {
		quota = size(q.Quota)
	}
	if name == "" {
		return []string{"(default)", "", quota}
	}
	if q.Default {
		quota += " (default)"
	}
	return []string{name, used, quota}
}

// parseQuota reads a size as people write it: decimal units, as on the box of a disk.
func parseQuota(text string, one bool) (int64, error) {
	switch word := strings.ToLower(strings.TrimSpace(text)); {
	case word == "none":
		return pod.Unlimited, nil
	case word == "default" && one:
		return 0, nil
	default:
		return parseSize(text)
	}
}

var sizeUnits = []struct {
	name  string
	bytes float64
}{{"tb", 1e12}, {"gb", 1e9}, {"mb", 1e6}, {"kb", 1e3}, {"b", 1}}

func parseSize(text string) (int64, error) {
	for _, u := range sizeUnits {
		number, found := strings.CutSuffix(strings.ToLower(strings.TrimSpace(text)), u.name)
		if !found {
			continue
		}
		n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		if bytes := n * u.bytes; err == nil && bytes >= 1 && bytes < math.MaxInt64/2 {
			return int64(bytes), nil
		}
		break
	}
	return 0, usage("%q is no size such as 500MB or 20GB", text)
}
