# wrapcast: `make help` explains the targets.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

GOLANGCI_VERSION := v2.15.0
GOLANGCI := .tools/golangci-lint-$(GOLANGCI_VERSION)
GOVULNCHECK_VERSION := v1.9.0
GOVULNCHECK := .tools/govulncheck-$(GOVULNCHECK_VERSION)
CYCLONEDX_VERSION := v1.10.0
CYCLONEDX := .tools/cyclonedx-gomod-$(CYCLONEDX_VERSION)
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
# One build of everything serves the product, the linters and the tests; the race detector, which needs C, has the second.
export CGO_ENABLED := 0
export GOFLAGS := -trimpath

.PHONY: help
help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-14s %s\n", $$1, $$2}'

.PHONY: build
build: dashboard ## Build bin/wrapcast, with the dashboard where npm is at hand
	@go build -ldflags '-s -w -X main.version=$(VERSION)' -o bin/wrapcast ./cmd/wrapcast

.PHONY: dashboard
dashboard:
	@if command -v npm >/dev/null; then internal/web/ui/build --if-needed; \
	elif ! [ -f internal/web/dist/index.html ]; then echo "npm is missing: bin/wrapcast will have the API and no dashboard"; fi

.PHONY: ui
ui: lint-ui ## Check, test and build the dashboard (needs npm)
	@internal/web/ui/build --test

.PHONY: demo
demo: build ## Run the main job against a simulated organisation and show the result
	@bin/wrapcast demo

.PHONY: test
test: packages check vulnerabilities ui conformance chaos race ## Everything that decides whether a change is right: quick checks first

# The race detector needs a C compiler, the dashboard and the official SDK need npm, the dashboard's tests a browser, the
# store's a PostgreSQL server.
.PHONY: packages
packages:
	@missing=""; \
	command -v gcc >/dev/null || missing="$$missing gcc libc6-dev"; \
	command -v npm >/dev/null || missing="$$missing nodejs npm"; \
	ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || missing="$$missing postgresql"; \
	command -v chromium >/dev/null || missing="$$missing chromium"; \
	if [ -n "$$missing" ]; then \
		echo "installing$$missing"; \
		if [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq $$missing; \
		else sudo apt-get update -qq && sudo apt-get install -y -qq $$missing; fi; \
	fi

.PHONY: check
check: fmt vet lint layout lint-ui ## Format, types, linters and layout, of Go and dashboard

.PHONY: fmt
fmt: ## Fail on files gofmt would change
	@files=$$(git ls-files --cached --others --exclude-standard '*.go' | xargs gofmt -l); \
	if [ -n "$$files" ]; then echo "not gofmt'd, run gofmt -w:"; echo "$$files"; exit 1; fi

.PHONY: vet
vet: ## Types: go vet, and that a static build works
	@go vet ./...
	@go build ./...

.PHONY: lint
lint: $(GOLANGCI) ## golangci-lint, pinned
	@$(GOLANGCI) run --allow-parallel-runners ./...

.PHONY: lint-ui
lint-ui: ## prettier, eslint and svelte-check over the dashboard, where npm is at hand
	@if command -v npm >/dev/null; then internal/web/ui/build --lint; else echo "npm is missing: the dashboard is not checked"; fi

.PHONY: layout
layout: ## Every package imports only what its import rule allows (layout_test.go)
	@go test -count=1 -run 'ImportsFollowTheLayout|SmallPackages|TheMapHas|DocsName|PackagesOfTheWeb' . ./internal/web

$(GOLANGCI):
	@echo "installing golangci-lint $(GOLANGCI_VERSION), once"
	@GOBIN=$(CURDIR)/.tools go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION)
	@mv .tools/golangci-lint $@

.PHONY: vulnerabilities
vulnerabilities: $(GOVULNCHECK) ## Known vulnerabilities that our code reaches (govulncheck, pinned), where its database can be reached
	@./check-vulnerabilities $(GOVULNCHECK)

$(GOVULNCHECK):
	@echo "installing govulncheck $(GOVULNCHECK_VERSION), once"
	@GOBIN=$(CURDIR)/.tools go install golang.org/x/vuln/cmd/govulncheck@$(GOVULNCHECK_VERSION)
	@mv .tools/govulncheck $@

.PHONY: conformance
conformance: ## Let others judge: the platform's official JavaScript SDK the simulator and the client, a second source the holidays
	@internal/genesys/sdk/check
	@internal/calendar/judge/check

.PHONY: chaos
chaos: dashboard ## Whole runs: while everything goes wrong, with a kill before and after every state of a submission, long backtests
	@WRAPCAST_POSTGRES=required go test -count=1 ./internal/steps
	@WRAPCAST_BROWSER=required go test -count=1 -run '$(WALKS)' ./internal/web ./cmd/wrapcast

.PHONY: fleet
fleet: packages ## Whole runs, chaos and kills in PostgreSQL; then a whole installation under disasters and pressure: an hour
	@WRAPCAST_POSTGRES=required WRAPCAST_TEST_STORE=postgres go test -count=1 -timeout 60m ./internal/steps
	@go run ./bench/fleet

.PHONY: search
search: ## Property tests with new seeds and ten times the cases
	@RAPID_CHECKS=1000 go test -count=1 -timeout 2h $$(git grep -l pgregory.net/rapid -- '*_test.go' | xargs -n1 dirname | sort -u | sed 's|^|./|')

.PHONY: soak
soak: ## Whole runs while everything goes wrong, five thousand times with other seeds
	@go test -count=1 -run WhateverGoesWrong -timeout 6h ./internal/steps -chaos 5000 -chaos.seed 1000

# SQLite is C turned into Go: watched by the race detector it would take three times as long, and tell nothing of our code.
# Property tests draw from a fixed seed here, so that a change is judged by what it changed; `make search` draws anew.
# Of the whole runs of internal/steps, which take ten times as long when watched, those are watched in which something
# happens at once: services, several processes, units and readings side by side, messages, faults. chaos does them all.
# The walks over every operation, page and command do one thing after another: five to ten times as long when watched,
# and nothing to see. So do the stories in a browser, which waits most of the time for itself. chaos does them.
WALKS := NeverTouch|NoCommandTouches|^TestDashboard|EveryOperationAnswers|EveryWriteDoes|EveryPageHasAFile|WrongWritesAre
WALKS := $(WALKS)|ConditionalWritesNeed|EveryAnswerIsKnown|IsTakenAwayAsAFile|StaffIsWhatAWeekNeeds|PlatformStaffSays
AT_ONCE := Service|Scheduled|Begin|Told|Second|Interrupted|Hang|SharedOut|ReadingAgain|WhateverGoesWrong|EachUnit|SixPlans|SetBack
RACE := CGO_ENABLED=1 RAPID_SEED=1 WRAPCAST_BINARY=$(CURDIR)/bin/wrapcast WRAPCAST_BROWSER=required WRAPCAST_POSTGRES=required \
	go test -race -gcflags='modernc.org/sqlite/lib=-race=false' -timeout 15m

.PHONY: race
race: build ## Go tests with the race detector; whole runs use the binary, built without it
	@$(RACE) -skip '$(WALKS)' $$(go list ./... | grep -v /internal/steps$$)
	@$(RACE) -run '$(AT_ONCE)' ./internal/steps

.PHONY: test-fast
test-fast: ## Go tests without the race detector and without the long ones
	@go test -short ./...

.PHONY: bench
bench: ## Benchmarks of the hot paths, with allocations
	@go test -run '^$$' -bench . -benchmem ./...

.PHONY: deploy
deploy: ## Check what deploy/ holds with helm, promtool, docker-compose and systemd-analyze; not part of make test
	@deploy/check

# RELEASE=v0.1.0 is the version, KEY the private half of the SSH key it is signed with.
.PHONY: release
release: $(CYCLONEDX) ## Signed archives for six platforms in dist/, with checksums and SBOMs: RELEASE=v0.1.0 KEY=FILE
	@missing=""; for p in zip npm; do command -v $$p >/dev/null || missing="$$missing $$p"; done; \
	[ -z "$$missing" ] || { echo "release: install$$missing first"; exit 1; }
	@CYCLONEDX=$(CURDIR)/$(CYCLONEDX) deploy/release "$(RELEASE)" "$(KEY)"

$(CYCLONEDX):
	@echo "installing cyclonedx-gomod $(CYCLONEDX_VERSION), once"
	@GOBIN=$(CURDIR)/.tools go install github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@$(CYCLONEDX_VERSION)
	@mv .tools/cyclonedx-gomod $@

.PHONY: clean
clean: ## Remove what was built and what the demo left
	@rm -rf bin dist wrapcast-data
