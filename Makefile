# Skrin's house work. `make test` is the one that counts: it is what the continuous integration runs.
#
#   make test    look for the tools, then gofmt, vet, staticcheck and every test with the race detector
#   make build   one static binary: ./skrin
#   make bench   the benchmarks, with allocations; then the server over HTTP, in some minutes: beside a bare program,
#                and beside Community Solid Server where there is Node
#   make fuzz    every fuzz target for FUZZTIME (30s) each
#   make soak    the long campaigns: tests named Soak for SOAK (10m) each, STEPS (200000) of a random history
#                against a plain map, the long forms of internal/faults, then make fuzz for SOAK each
#
# With CI=true a test whose data or tool is missing fails instead of being skipped. Node with npm is such a tool:
# real clients (clients/) run on it.

SHELL    := /bin/bash
GO       ?= go
FUZZTIME ?= 30s
SOAK     ?= 10m
STEPS    ?= 200000
VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
TOOLS    := $(GO) git make gcc $(if $(filter true,$(CI)),node npm)

.PHONY: test build bench fuzz soak tools format vet staticcheck

test: tools format vet staticcheck
	CGO_ENABLED=1 $(GO) test -race -timeout 15m ./...
	$(GO) test -run AllocateNothing ./crypto

build:
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o skrin ./cmd/skrin

bench: tools
	$(GO) test -run '^$$' -bench . -benchmem -timeout 30m ./...
	$(GO) run ./internal/bench/load
	@if command -v npm >/dev/null 2>&1; then $(GO) run ./internal/bench/load -css; \
	else echo "no npm: nothing is measured beside Community Solid Server"; fi

soak: tools
	SOAK=$(SOAK) SKRIN_STEPS=$(STEPS) $(GO) test -run 'Soak|RandomHistory' -count=1 -v -timeout 24h ./...
	SOAK=$(SOAK) $(GO) test -count=1 -v -timeout 24h ./internal/faults
	$(MAKE) fuzz FUZZTIME=$(SOAK)

fuzz: tools
	@set -e; for package in $$($(GO) list ./...); do \
	  for target in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
	    echo "fuzz $$package $$target"; \
	    $(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$package; \
	  done; \
	done

# The tools: what is missing is installed where that is allowed (apt, as root), and else named.
# gcc is there for the race detector alone. A browser is for the tests of internal/browser, which are skipped without
# one, but for CI=true. A Go that is older than go.mod asks for fetches the right one itself.
tools:
	@missing() { for tool in $(TOOLS); do command -v $$tool >/dev/null 2>&1 || echo $$tool; done; }; \
	if [ -n "$$(missing)" ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	  packages=$$(missing | sed -e 's/^go$$/golang-go/' -e 's/^gcc$$/gcc libc6-dev/' -e 's/^node$$/nodejs/'); \
	  echo "installing" $$packages; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$packages; \
	fi; \
	if [ -n "$$(missing)" ]; then echo "make: these tools are missing, please install them:" $$(missing) >&2; exit 1; fi
	@browser() { for name in chromium chromium-browser google-chrome chrome; do command -v $$name && return; done; return 1; }; \
	if ! browser >/dev/null && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	  echo "installing chromium"; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium || true; \
	fi; \
	browser >/dev/null || echo "make: without a browser the tests of internal/browser are skipped; chromium would do" >&2
	@wanted=$$(sed -n 's/^go //p' go.mod); \
	have=$$($(GO) env GOVERSION 2>/dev/null) || { echo "make: Go $$wanted is wanted, and $$($(GO) version 2>&1 | head -n 1)" >&2; exit 1; }; \
	oldest=$$(printf '%s\n%s\n' "$$wanted" "$${have#go}" | sort -V | head -n 1); \
	if [ "$$oldest" != "$$wanted" ]; then echo "make: Go $$wanted is wanted, $$have is here" >&2; exit 1; fi

format:
	@wrong=$$(gofmt -l $$(git ls-files -co --exclude-standard '*.go')); \
	if [ -n "$$wrong" ]; then echo "gofmt would change:" >&2; echo "$$wrong" >&2; exit 1; fi

vet:
	$(GO) vet ./...

staticcheck:
	$(GO) tool staticcheck ./...
