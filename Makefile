# Every command that a person or a build server runs. `make` alone lists them.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup build run up down test simulate chaos fuzz sanitize bench lint format clean

help: ## Lists the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 10

setup: ## Installs what is missing: Debian packages, as root or under .build-deps/
	@scripts/setup

build: setup ## Builds the gateway, optimised, in .build/release/
	@scripts/build -c release --product gateway --static-swift-stdlib

run: setup ## Plays the demo on a private Postgres and simulators, then serves until Ctrl-C
	@scripts/run

up: setup ## Starts the same in the background and prints one line of JSON
	@scripts/up

down: ## Stops what `make up` started
	@scripts/down

test: setup ## Runs everything: format, debug build, all tests
	@scripts/test $(ARGUMENTS)

simulate: setup ## Runs money histories, SEEDS=n of them; SEED=s tells one in words (docs/simulation.md)
	@scripts/build -c release --product simulate >&2
	@source scripts/env && .build/release/simulate \
		$(if $(SEEDS),--seeds $(SEEDS)) $(if $(FROM),--from $(FROM)) $(if $(SEED),--seed $(SEED)) \
		$(if $(BUG),--bug $(BUG)) $(if $(MANNER),--manner $(MANNER))

chaos: setup ## Kills, cuts and upgrades a whole installation for MINUTES (10); SEED=s, UPGRADE_FROM=revision (docs/chaos.md)
	@UPGRADE_FROM=$(UPGRADE_FROM) scripts/chaos --minutes $(or $(MINUTES),10) $(if $(SEED),--seed $(SEED))

fuzz: setup ## Feeds every reader of foreign bytes with any bytes, for SECONDS=60 each, or RUNS=n inputs each
	@RUNS=$(RUNS) scripts/fuzz "$(or $(SECONDS),60)"

sanitize: setup ## Runs the tests under the sanitizers, SANITIZERS="thread address"; ARGUMENTS as for test
	@scripts/sanitize $(SANITIZERS) -- $(ARGUMENTS)

bench: ## Measures every part, as docs/performance.md tells
	@scripts/setup bench
	@source scripts/env && scripts/bench

lint: ## Checks the format of all Swift files
	@swift format lint --strict --parallel --recursive Package.swift Sources Tests Fuzz

format: ## Formats all Swift files
	@swift format --in-place --parallel --recursive Package.swift Sources Tests Fuzz

clean: down ## Removes what was built, unpacked and stored; the Debian packages stay
	@rm -rf .build .build-* .run
