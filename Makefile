# StreamEx. `make` lists the targets.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

GOLANGCI := v2.15.0
# The race detector needs a C compiler; without one the tests run all the same.
RACE := $(if $(shell command -v $$(go env CC)),-race)
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X main.number=$(VERSION)
ROUNDS ?= 20
FAULT ?= .
SITE := webapp/dist/site/index.html
WEB_SOURCES := $(shell find webapp/src webapp/graphiql webapp/build webapp/public webapp/*.json webapp/*.ts webapp/*.html webapp/*.graphql -type f \
  -not -path '*/__generated__/*' -not -name documents.json 2>/dev/null)

help: ## List the targets.
	@awk 'BEGIN {FS = ":.*## "} /^[a-z0-9-]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build ## Build all and serve the demo on http://127.0.0.1:8080.
	bin/streamex serve --demo

dev: webapp/node_modules ## Serve the demo, restarted when Go changes, with the web app reloading on http://127.0.0.1:5173.
	scripts=$$(mktemp -d); trap 'kill 0' EXIT; (cd webapp && npm run dev) & \
	while true; do go build -o $$scripts/streamex ./cmd/streamex && { $$scripts/streamex serve --demo & pid=$$!; } || pid=; \
	  stamp=$$(mktemp); while [ -z "$$(find . -path ./webapp/node_modules -prune -o -name '*.go' -newer $$stamp -print -quit)" ]; do sleep 1; done; \
	  rm -f $$stamp; [ -z "$$pid" ] || { kill $$pid; wait $$pid || true; }; done

generate: ## Make the generated code anew: ent, gqlgen, the web app's copy of the schema.
	go generate ./ent
	go run ./graph/generate
	go run ./cmd/streamex schema print > webapp/schema.graphql

migration: ## Plan the next migration of both databases: make migration NAME=add_something.
	go run ./internal/database/plan -name "$(NAME)"

web: $(SITE) ## Build the web app and GraphiQL.

build: web ## Build bin/streamex, the web app inside.
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o bin/streamex ./cmd/streamex

test: webapp/node_modules ## Test, on SQLite and on a real PostgreSQL, and the web app's parts.
	go test $(RACE) -timeout 40m ./...
	cd webapp && npm test

e2e: build webapp/node_modules ## Test the whole in headless Chromium.
	cd webapp && npm run e2e

screenshots: build webapp/node_modules ## Picture every screen into webapp/screenshots.
	cd webapp && npm run screenshots

lint: bin/golangci-lint webapp/node_modules ## Lint Go and the web app.
	bin/golangci-lint run
	cd webapp && npm run lint

check: ## Check that generated code and migrations are fresh, and fuzz for a while.
	go run ./internal/database/plan -check
	before=$$(git status --porcelain); $(MAKE) --no-print-directory generate; \
	  [ "$$before" = "$$(git status --porcelain)" ] && git diff --exit-code -- ent graph webapp/schema.graphql || { echo 'generated code is stale: run make generate'; exit 1; }
	go mod tidy -diff
	for package in $$(grep -rl --include='*_test.go' '^func Fuzz' . | grep -v node_modules | xargs -n1 dirname | sort -u); do \
	  for target in $$(grep -rhoE --include='*_test.go' '^func Fuzz[A-Za-z0-9]+' $$package | cut -c6-); do \
	    time=10s; [ $$target != FuzzGuard ] || time=60s; \
	    fuzz() { go test $$package -run "^$$target\$$" -fuzz "^$$target\$$" -fuzztime $$time; }; \
	    fuzz || fuzz; done; done # Go's fuzzer may miss its own deadline; a real find fails again, from its file

faults: build ## Break what the program stands on, ROUNDS times, and count what is lost: nothing may be. FAULT=TestDiskFull does one.
	go test -tags faults ./internal/faults -count=1 -v -timeout 120m -run '$(FAULT)' -args -rounds $(ROUNDS) -binary $(CURDIR)/bin/streamex

bench: ## Measure the home page against one hand-written SQL statement.
	go run ./internal/bench

webapp/node_modules: webapp/package-lock.json
	cd webapp && npm ci --no-audit --no-fund
	touch $@

$(SITE): webapp/node_modules $(WEB_SOURCES)
	cd webapp && npm run build

bin/golangci-lint: Makefile
	GOBIN=$(CURDIR)/bin go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI)
	touch $@

.PHONY: help run dev generate migration web build test e2e screenshots lint check faults bench
