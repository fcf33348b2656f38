# make alone prints what there is. CI runs these targets and nothing else.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run build test rows prepare vet ahead unit race city faults model strange fuzz torture e2e pictures check audit lint golden bench policy migration

GO     ?= go
# Tests make many small worlds and throw them away: collecting less often saves a fifth of their time. Nothing here is written in C:
# without it no C is compiled for a library that only names it. What only a debugger reads is left out, compiled (an eighth of it) and
# linked (a fifth), and our own functions are not copied into one another (a quarter of compiling them). Vet has looked before them.
LAZY   := GOGC=400 CGO_ENABLED=0 GOFLAGS="$(strip $(GOFLAGS) -ldflags=-s -gcflags=all=-dwarf=false '-gcflags=fengqiao/...=-dwarf=false -l')"
LINT   := .tools/golangci-lint-v2.15.0
E2E    := web/e2e
LISTEN ?= 127.0.0.1:8080
CASES  ?= 100000
VALUES ?= 1000000
ROUNDS ?= 7
ONLY   ?= WLDR

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## the demo city on http://127.0.0.1:8080
	CGO_ENABLED=0 $(GO) run ./cmd/fengqiao serve --demo --listen $(LISTEN)

build: ## the program, bin/fengqiao
	CGO_ENABLED=0 $(GO) build -trimpath -o bin/fengqiao ./cmd/fengqiao

# A browser waits more than it works: its journeys run beside the tests of rows.
test: prepare ## everything that must hold: vet, tests on SQLite and PostgreSQL, browser journeys
	@MAKEFLAGS= $(MAKE) --no-print-directory -j2 vet ahead
	@$(MAKE) --no-print-directory --keep-going --output-sync=target -j2 rows e2e
	@echo "All tests passed."

rows: # what takes all there is one after the other; the detector compiles while the city waits for its database
	@ok=0; MAKEFLAGS=; for part in unit "-j2 --output-sync=target race city" "FUZZ=5s fuzz" faults; do $(MAKE) --no-print-directory --keep-going $$part || ok=1; done; exit $$ok

check: lint audit test ## what a change must pass: lint, audit and test

# What tests need beside Go. Where this may install (root and apt-get) it does; elsewhere it says what is missing.
# With CI=true a missing part is a failure, here or where it is needed.
prepare:
	@missing=""; \
	[ -n "$$FENGQIAO_TEST_DATABASE_URL" ] || command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$$missing postgresql"; \
	[ -n "$$CHROMIUM" ] || command -v chromium-headless-shell >/dev/null || { [ "$$(id -u)" != 0 ] && command -v chromium >/dev/null; } || missing="$$missing chromium-headless-shell"; \
	command -v pdftotext >/dev/null || missing="$$missing poppler-utils"; \
	command -v soffice >/dev/null || missing="$$missing libreoffice-calc-nogui"; \
	PATH="$$PATH:/usr/sbin:.tools/nginx/usr/sbin" command -v nginx >/dev/null || (mkdir -p .tools && cd .tools && { apt-get update -qq; apt-get download -qq nginx; } >/dev/null 2>&1 && \
	  dpkg -x nginx_*.deb nginx) || missing="$$missing nginx"; \
	fc-list 2>/dev/null | grep -qi cjk || missing="$$missing fontconfig fonts-noto-cjk"; \
	command -v node >/dev/null || missing="$$missing nodejs"; \
	command -v npm >/dev/null || missing="$$missing npm"; \
	command -v $${CC:-gcc} >/dev/null || missing="$$missing gcc libc6-dev"; \
	[ -n "$$missing" ] || exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing:$$missing"; \
	  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends$$missing >/dev/null; } || { echo "Could not install:$$missing"; [ "$$CI" != true ]; }; \
	else \
	  echo "Please install (Debian names):$$missing. Without them some tests are left out."; [ "$$CI" != true ]; \
	fi

vet:
	$(LAZY) $(GO) vet ./...
	@bad="$$(gofmt -l cmd internal migrations policies web/*.go)"; [ -z "$$bad" ] || { echo "not formatted by gofmt:"; echo "$$bad"; exit 1; }

# Kills and slow clients are timed: they come last, when no browser works beside them (faults).
ROOMS = $$($(GO) list ./... | grep -v internal/torture)
ALONE = TestTheLifecycleIsWhatTheHandbookSays|TestTheDemoCity
# Watched is where things happen at once: rows, acts, doors, letters, the program itself. The rooms of pages and figures above only ask
# them, one request at a time; of the acts of a case those are watched that meet. RACED=./... watches all, which takes a quarter of an hour.
RACED ?= ./cmd/... ./internal/account ./internal/db/... ./internal/files ./internal/journal ./internal/notify ./internal/rest
PG     = $(LAZY) $(GO) run ./internal/db/dbtest/withpostgres $(GO) test -vet=off -timeout 20m
unit: ## tests on both engines, but for what race and city do
	@raced=$$($(GO) list $(RACED)) || exit 1; others=$$(printf "%s\n" $(ROOMS) | grep -vxF "$$raced"); ok=0; echo "Tests on both engines"; \
	[ -z "$$others" ] || $(PG) -skip "$(ALONE)" $$others || ok=1; \
	FENGQIAO_TEST_DATABASES=sqlite $(LAZY) $(GO) test -vet=off -timeout 20m $$raced || ok=1; exit $$ok

# Vet waits for one large library after another: what the race detector needs of them is compiled beside it. What does not compile is
# said where it is needed.
ahead:
	@command -v $${CC:-gcc} >/dev/null && $(LAZY) CGO_ENABLED=1 $(GO) build $(WATCHED) $(RACED) ./internal/casework 2>/dev/null; true

# SQLite is twenty times slower under the race detector, and takes minutes to compile for it: what is watched is built without.
WATCHED = -race -tags nosqlite
race: ## tests on PostgreSQL, watched for data races where things happen at once
	@if command -v $${CC:-gcc} >/dev/null; then race="CGO_ENABLED=1 $(GO) test $(WATCHED)"; else race="$(GO) test"; echo "No C compiler: without the race detector."; [ "$$CI" != true ] || exit 1; fi; \
	export FENGQIAO_TEST_DATABASES=postgres $(LAZY); ok=0; set -x; \
	$(GO) run ./internal/db/dbtest/withpostgres env $$race -vet=off -timeout 20m -skip TestAnyFileNameServes $$($(GO) list $(RACED)) || ok=1; \
	$(GO) run ./internal/db/dbtest/withpostgres env $$race -vet=off -timeout 20m -run "AtOnce|WhoWaits|Once|Many|Rivals" ./internal/casework || ok=1; exit $$ok

city: ## the whole demo city on both engines, and drawn sequences of acts on PostgreSQL (make model: on both)
	$(PG) ./internal/app -run TestTheDemoCity
	FENGQIAO_TEST_DATABASES=postgres $(PG) ./internal/casework -run TestTheLifecycleIsWhatTheHandbookSays

# What must never be lost is tried once. What else is timed is tried once more where it fails, and told whole: others may use the machine too.
FAULTS = $(PG) -count 1 ./internal/torture
NEVER  = 'TestT(1|2|3|4|6)_|Two'
faults: ## the short share of make torture, on both engines
	@$(FAULTS) -run $(NEVER)
	@$(FAULTS) -skip $(NEVER) || { echo "Failed once (above); once more:"; $(FAULTS) -skip $(NEVER); }

SEQUENCES ?= 10000
# Other sequences each time; what fails names its seed. Hours on PostgreSQL: FENGQIAO_TEST_DATABASES=sqlite for one engine.
model: ## SEQUENCES=10000 drawn sequences of acts, held to a second account of the lifecycle
	FENGQIAO_MODEL_SEQUENCES=$(SEQUENCES) $(GO) run ./internal/db/dbtest/withpostgres $(GO) test -timeout 0 -count 1 ./internal/casework -run TestTheLifecycleIsWhatTheHandbookSays

STRANGE ?= 200
strange: ## STRANGE=200 rounds of strange requests and forms, to every operation and page, as everybody, on both engines
	FENGQIAO_STRANGE_ROUNDS=$(STRANGE) $(LAZY) $(GO) run ./internal/db/dbtest/withpostgres $(GO) test -timeout 0 -count 1 ./internal/app -run TestT10_Strange

# What is ours is watched for new ways through it, which is what go test -fuzz does to every library too, and takes minutes to compile.
# A target may be ended by its time and say so as if it were a failure (go.dev/issue/75804): that it found nothing, it says too.
FUZZ ?= 60s
fuzz: ## every fuzz target for FUZZ=60s
	@export $(LAZY); export GOFLAGS="$$(printf '%s' "$$GOFLAGS" | sed "s/ -l'/ -d=libfuzzer'/")"; bin=$$(mktemp -d); trap 'rm -rf "$$bin"' EXIT; echo "Fuzz targets for $(FUZZ) each"; \
	grep -rn --include='*_test.go' -oE '^func Fuzz[A-Za-z]+' internal cmd | sed 's/^\(.*\)\/[^/]*:[0-9]*:func \(.*\)/\1 \2/' >$$bin/targets; \
	while read -r room target; do \
	  [ "$$room" = "$$built" ] || $(GO) test -vet=off -c -o $$bin/room.test ./$$room || exit 1; built=$$room; \
	  (cd $$room && $$bin/room.test -test.run '^$$' -test.fuzz "^$$target$$" -test.fuzztime $(FUZZ) -test.fuzzminimizetime 1s -test.fuzzcachedir $$bin/found) >$$bin/told 2>&1 || \
	    { grep -q 'context deadline exceeded' $$bin/told && ! grep -q 'Failing input' $$bin/told; } || { echo "$$room $$target"; cat $$bin/told; exit 1; }; \
	  echo "$$room $$target: $$(sed -n 's/.*\(execs: [0-9]*\).*interesting: \([0-9]*\).*/\1, new ways: \2/p' $$bin/told | tail -n 1)"; \
	done <$$bin/targets

# Kills, crashes, full disks, slow clients, and two hours of ordinary work; the figures go to docs/reliability.md. Each part by
# itself: ONLY=kill (fall, hang, lock, disk, slow, key, histories, programs, days, large); ROUNDS=20 or MINUTES=10 for less. ONLY=large is
# a record of CASES=100000 verified, backed up and put back, and VALUES=1000000 sealed anew.
torture: ONLY = .
torture: ROUNDS =
torture: LONG = $(GO) run ./internal/db/dbtest/withpostgres $(GO) test -v -timeout 0 -count 1
torture: ## the long share of what is promised when things fail; ONLY=kill ROUNDS=200 for a part
	@ok=0; set -x; FENGQIAO_TORTURE=1 FENGQIAO_TORTURE_ROUNDS=$(ROUNDS) FENGQIAO_TORTURE_MINUTES=$(MINUTES) FENGQIAO_TORTURE_CASES=$(CASES) \
	  $(LONG) ./internal/torture -run '(?i)$(ONLY)' || ok=1; \
	$(if $(filter . large,$(ONLY)),FENGQIAO_TURN=$(VALUES) $(LONG) ./internal/turn -run TestT19_ManyValuesTurn || ok=1;) exit $$ok

# Walked is the program as the tests build it: what is compiled for them serves twice. Chromium without its windows does the same as the
# whole one with half the work.
e2e: ## browser journeys on the demo city; JOURNEY=part of a name for one
	@missing=""; command -v node >/dev/null || missing="$$missing node"; command -v npm >/dev/null || missing="$$missing npm"; \
	export CHROMIUM="$${CHROMIUM:-$$(command -v chromium-headless-shell || command -v chromium)}"; [ -n "$$CHROMIUM" ] || missing="$$missing chromium-headless-shell"; \
	if [ -n "$$missing" ]; then echo "Browser journeys are left out: no$$missing."; [ "$$CI" != true ]; exit; fi; \
	[ -d $(E2E)/node_modules/playwright-core ] || (cd $(E2E) && npm ci --silent) || exit 1; \
	$(LAZY) $(GO) build -o bin/walked ./cmd/fengqiao || exit 1; \
	work=$$(mktemp -d); pid=; \
	trap 'kill $$pid 2>/dev/null; wait $$pid 2>/dev/null; rm -rf "$$work"' EXIT; trap 'exit 130' INT TERM; \
	export FENGQIAO_DEMO_PASSWORD="$$(head -c 15 /dev/urandom | base64 | tr '+/' 'xy')"; \
	bin/walked serve --demo --database-url "sqlite:$$work/fengqiao.db" --listen 127.0.0.1:0 --metrics-listen= --public-rate 1000 --filing-bounds 22,100000,100000 \
	  >"$$work/out" 2>"$$work/log" & pid=$$!; \
	for i in $$(seq 3000); do \
	  export BASE_URL="$$(sed -n 's/.*listens on \(http[^ ]*\).*/\1/p' "$$work/out")"; [ -z "$$BASE_URL" ] || break; \
	  kill -0 $$pid 2>/dev/null || break; sleep 0.2; \
	done; \
	[ -n "$$BASE_URL" ] || { echo "The demo did not start:"; cat "$$work/out" "$$work/log"; exit 1; }; \
	(cd $(E2E) && node run.mjs $(JOURNEY)) || { code=$$?; grep -v level=INFO "$$work/log" | tail -n 20; exit $$code; }

pictures: ## the pictures of docs/, and what the residents' pages weigh on a slow line
	FOLDER=pictures $(MAKE) e2e

lint: $(LINT) ## the linters of .golangci.yml
	$(LINT) run

$(LINT):
	@mkdir -p .tools
	GOBIN=$(CURDIR)/.tools $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
	@mv .tools/golangci-lint $(LINT)

# Fetched as they are, and run on nothing but this module. 3 is govulncheck's answer for faults that are reached.
audit: build ## what is built in, with licences (bin/fengqiao.cdx.json), and its known faults where they can be looked up
	@mkdir -p .tools; export GOBIN=$(CURDIR)/.tools; \
	[ -x .tools/govulncheck ] || $(GO) install golang.org/x/vuln/cmd/govulncheck@v1.9.0 || exit 1; \
	[ -x .tools/cyclonedx-gomod ] || $(GO) install github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0 || exit 1; \
	.tools/cyclonedx-gomod app -json -licenses -main cmd/fengqiao -output bin/fengqiao.cdx.json . 2>/dev/null || exit 1; \
	echo "bin/fengqiao.cdx.json names $$(grep -c '"purl": "pkg:golang' bin/fengqiao.cdx.json) modules."; \
	.tools/govulncheck ./cmd/fengqiao; case $$? in \
	  0) echo "No known fault is reached.";; 3) exit 1;; *) echo "Known faults were not looked up: their database cannot be reached.";; esac

golden: ## writes the golden files anew; read the difference as prose
	$(GO) test $$(grep -rlE 'flag\.Bool\("update"' --include='*_test.go' internal cmd | xargs -n1 dirname | sort -u | sed 's|^|./|') -update
	@git diff --stat -- '*testdata*' docs

bench: build ## the product beside a floor, on PostgreSQL; CASES=1000 ROUNDS=2 for a quick try
	CGO_ENABLED=0 $(GO) build -trimpath -o bin/ ./internal/bench ./internal/bench/floor
	bin/bench -cases $(CASES) -rounds $(ROUNDS) -only $(ONLY)

policy: ## who may do what: role, action, level, view
	@$(GO) run ./cmd/fengqiao policy

migration: ## two empty steps of the schema: make migration name=what_it_adds
	@[ -n "$(name)" ] || { echo "make migration name=what_it_adds"; exit 2; }
	@n=$$(printf '%05d' $$(( $$(ls migrations/postgres | tail -n 1 | cut -d_ -f1 | sed 's/^0*//') + 1 ))); \
	for engine in postgres sqlite; do f=migrations/$$engine/$${n}_$(name).sql; printf -- '-- +goose Up\n\n' > $$f; echo $$f; done
