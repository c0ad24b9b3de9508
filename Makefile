# Thin: what is done is in setup/ (installing) and verbonden/ (running).
.DEFAULT_GOAL := help
SHELL := /bin/bash

# .python-version can switch pyenv's python3 to a version that is not installed: take the first that answers.
PYTHON := $(shell for p in python3 /usr/bin/python3 python3.13 python3.12 python3.11 python3.10 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 8))' 2>/dev/null && { echo "$$p"; break; }; done)
SETUP = $(if $(PYTHON),$(PYTHON) -B -m setup,@echo "There is no Python 3.8 or newer on this machine: install python3 and run the command again." >&2; exit 1; echo)
BIN := .venv/bin
# Two test files at a time: each worker starts a product of its own, so more would take more memory than they save time.
PARALLEL := --numprocesses auto --maxprocesses 2 --dist loadfile --no-loadscope-reorder --durations 25

.PHONY: help run cluster test pytest lint audit evaluate conversations bench bench-cases hops bench-balie bench-many profile screenshots chaos chaos-telefoon fuzz model web lock clean doctor

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

run: ## install what is needed, start everything, say where it is
	@$(SETUP) app rasa web inlog
	@exec $(BIN)/verbonden run $(ARGS)

cluster: ## the distributed product on this machine: 3 gateways, 3 Rasas, 2 action servers, PostgreSQL, Redis, a balancer
	@$(SETUP) app rasa web inlog
	@exec $(BIN)/verbonden cluster $(ARGS)

test: ## install what is needed, then all checks and all tests
	@$(SETUP) dev rasa web inlog
	@# Training takes one core, the checks the other. It stops with them: what bash starts with & does not hear Ctrl+C.
	@$(BIN)/verbonden model & model=$$!; \
	trap 'kill $$model 2>/dev/null; wait $$model' EXIT; trap 'exit 130' INT TERM; \
	$(MAKE) --no-print-directory lint && $(SETUP) web-test && wait $$model
	@$(BIN)/python -m pytest $(PARALLEL) $(ARGS)

lint: ## ruff and mypy
	@$(SETUP) dev
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary

audit: ## known weaknesses in what is locked: docs/afhankelijkheden.md
	@$(SETUP) audit

evaluate: ## measure the understanding on the test set
	@$(SETUP) dev rasa
	@$(BIN)/verbonden model
	@$(BIN)/python -m benchmarks.evaluate $(ARGS)

conversations: ## measure what the hand-off summary makes of whole conversations (about half a minute)
	@$(SETUP) dev rasa
	@$(BIN)/verbonden model
	@$(BIN)/python -m benchmarks.conversations $(ARGS)

bench: ## Verbonden beside stock Rasa: how long a citizen waits (about three minutes)
	@$(SETUP) dev rasa web inlog
	@$(BIN)/python -m benchmarks.bench $(ARGS)

hops: ## where the time of one message goes, hop by hop
	@$(SETUP) dev rasa web inlog
	@$(BIN)/python -m benchmarks.hops $(ARGS)

profile: ## what our repairs of Rasa save, part by part
	@$(SETUP) dev rasa
	@PYTHONWARNINGS=ignore TF_CPP_MIN_LOG_LEVEL=3 SQLALCHEMY_SILENCE_UBER_WARNING=1 .venv-rasa/bin/python -m benchmarks.rasa_fixes

bench-cases: ## measure 1,000 look-ups in the demo case system
	@$(SETUP) dev
	@$(BIN)/python -m benchmarks.cases $(ARGS)

bench-balie: ## how quick the desk is with 300 open conversations, in a real browser
	@$(SETUP) dev rasa web inlog
	@$(BIN)/python -m benchmarks.desk $(ARGS)

bench-many: ## 5,000 citizens whose page is open and 200 who talk: memory, and how long an answer takes (about five minutes)
	@$(SETUP) dev rasa web inlog
	@$(BIN)/python -m benchmarks.many $(ARGS)

screenshots: ## pictures of the citizen's page and of the desk for the documentation
	@$(SETUP) dev rasa web inlog
	@$(BIN)/python -m tests.browser.screenshots $(ARGS)

chaos: ## citizens and desks while everything fails in turn: is anything lost, doubled, out of order or owned by two
	@$(SETUP) dev rasa web inlog
	@$(BIN)/python -m benchmarks.chaos $(ARGS)

chaos-telefoon: ## 500 citizens text on a bad day, and the gateway is killed twice: is every message handled once
	@$(SETUP) dev rasa web
	@$(BIN)/python -m benchmarks.telephone $(ARGS)

fuzz: ## every parser of what strangers send, for a minute in all, guided by what it reaches
	@$(SETUP) dev fuzz
	@$(BIN)/python -m benchmarks.fuzz $(ARGS)

model: ## train the Rasa model if what it is made of changed
	@$(SETUP) app rasa
	@$(BIN)/verbonden model

web: ## build the web pages if their sources changed
	@$(SETUP) web

lock: ## resolve all requirements anew, with hashes
	@$(SETUP) lock

doctor: ## what is installed, reachable, misconfigured
	@$(SETUP) app
	@$(BIN)/verbonden doctor

clean: ## remove everything that can be made again; data in var/ stays
	rm -rf .venv .venv-rasa .venv-fuzz .tools .rasa models web/dist web/node_modules demo/inlog/node_modules var/cache var/log .mypy_cache .ruff_cache .pytest_cache
