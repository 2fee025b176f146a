# `make run` starts the bot, `make test` runs every test; both install what is missing first.
# `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3.11

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed
SERVERS := $(VENV)/servers-installed
TOOLS := $(VENV)/tools-installed
AUDIT := $(VENV)/audit/installed
AUDIT_BIN := $(VENV)/audit/bin
PIP_INSTALL := $(BIN)/pip install -qq --no-deps
RESOLVE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-annotate --no-header --no-emit-index-url
RESOLVE_DEFAULT := $(BIN)/uv pip compile --quiet --python-version 3.11 --generate-hashes \
  --no-annotate --no-header --no-emit-index-url --override overrides.txt
DUTCH_MODEL := $(wildcard dutch_model/dist/*.whl)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# One library has no wheel for Python 3.11; without a compiler it goes without its part in C.
ifeq ($(shell command -v cc),)
export MULTIDICT_NO_EXTENSIONS := 1
endif

.PHONY: help install servers run train encoder shell test check evaluate report soak chaos fuzz benchmark profile sbom audit lock clean

help: ## list the commands
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 12

run: $(INSTALLED) ## install and train if needed, then serve on HOST (127.0.0.1) and PORT (5005)
	@exec $(BIN)/wegwijzer serve

train: $(INSTALLED) ## train the model if none fits the current data
	@$(BIN)/wegwijzer train

encoder: $(INSTALLED) ## make the smaller encoder of sentences again, from the training sentences
	@$(BIN)/python -m bot.language.encoder data/nlu/*.yml

shell: train ## talk to the bot in this terminal
	@$(BIN)/rasa shell

test: $(TOOLS) ## run the whole test suite
	@$(BIN)/pytest -q

check: $(TOOLS) ## look for mistakes with ruff and mypy
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

evaluate: SET ?= evaluation/strangers.jsonl
evaluate: $(INSTALLED) ## measure the answers on evaluation/, or on SET=path/to/set.jsonl
	@$(BIN)/wegwijzer evaluate $(SET)

report: SET ?= evaluation/strangers.jsonl
report: OTHER ?= evaluation/other-subjects.jsonl
report: $(INSTALLED) ## measure all that is understood, into var/report: SET=… OTHER=…
	@$(BIN)/wegwijzer report $(SET) --other $(OTHER)

soak: $(TOOLS) ## prove that it holds: 50 visitors for minutes, with SQLite and with real servers
	@PYTHONPATH=tests $(BIN)/python -m proof.soak

chaos: $(TOOLS) ## prove that nothing gets lost: crashes, restarts, a full disk, another time
	@PYTHONPATH=tests $(BIN)/python -m proof.chaos

fuzz: $(TOOLS) ## prove that input does no harm: every route, 10,000 hostile messages
	@PYTHONPATH=tests $(BIN)/python -m proof.fuzz

benchmark: $(INSTALLED) ## compare with Rasa's default configuration: SET=… QUICK=1 EPOCHS=6
	@$(BIN)/python -m benchmark $(if $(SET),--set $(SET)) $(if $(QUICK),--quick) \
	  $(if $(EPOCHS),--epochs $(EPOCHS))

profile: $(INSTALLED) ## show where the time of a message and the memory go
	@$(BIN)/python -m benchmark.profile $(SET)

install: $(INSTALLED) ## make the environment in .venv

# Every version and hash is in requirements.txt, so nothing is left for pip to resolve; Rasa's own
# limits (Python < 3.11, TensorFlow) are the reason to tell it not to look at them.
$(INSTALLED): requirements.txt pyproject.toml bot/runtime/wegwijzer_no_tensorflow.pth $(DUTCH_MODEL)
	@[ -x $(BIN)/python ] || { echo "Omgeving maken in $(VENV) …"; $(PYTHON) -m venv $(VENV); }
	@echo "Bibliotheken installeren (de eerste keer 1 à 3 minuten) …"
	@$(PIP_INSTALL) --use-pep517 --ignore-requires-python --require-hashes -r requirements.txt
	@$(PIP_INSTALL) --editable .
	@$(if $(DUTCH_MODEL),$(PIP_INSTALL) --force-reinstall $(DUTCH_MODEL))
	@cp bot/runtime/wegwijzer_no_tensorflow.pth $(VENV)/lib/python3.11/site-packages/
	@touch $@

servers: $(SERVERS) ## also install what PostgreSQL, Redis and Kafka need

$(SERVERS): requirements-servers.txt $(INSTALLED)
	@echo "Bibliotheken voor PostgreSQL, Redis en Kafka installeren …"
	@$(PIP_INSTALL) --require-hashes -r requirements-servers.txt
	@touch $@

$(TOOLS): requirements-dev.txt $(SERVERS)
	@echo "Gereedschap voor de tests installeren …"
	@$(PIP_INSTALL) --require-hashes -r requirements-dev.txt
	@touch $@

sbom: $(AUDIT) ## write the bill of materials to var/sbom.json
	@mkdir -p var
	@cat requirements.txt requirements-servers.txt | $(AUDIT_BIN)/cyclonedx-py requirements - \
	  --pyproject pyproject.toml --output-reproducible --output-file var/sbom.json
	@echo "var/sbom.json: $$(grep -c '"purl"' var/sbom.json) bibliotheken"

audit: $(AUDIT) ## look for known weaknesses, as far as the package index publishes them
	@$(AUDIT_BIN)/python deployment/audit.py requirements.txt requirements-servers.txt

# In an environment of its own: Rasa holds back what these need.
$(AUDIT): requirements-audit.txt
	@$(PYTHON) -m venv $(VENV)/audit
	@$(AUDIT_BIN)/pip install -qq --no-deps --require-hashes -r requirements-audit.txt
	@touch $@

lock: $(INSTALLED) ## resolve the requirements again (needs the package registry)
	@$(PIP_INSTALL) uv
	@$(RESOLVE) --upgrade --output-file requirements.txt pyproject.toml
	@$(RESOLVE) --upgrade --output-file requirements-dev.txt --constraints requirements.txt --group dev
	@$(RESOLVE) --upgrade --output-file requirements-servers.txt --constraints requirements.txt \
	  --no-config --group servers
	@$(RESOLVE) --upgrade --output-file requirements-audit.txt --no-config --group audit
	@cd benchmark/default && ../../$(RESOLVE_DEFAULT) --output-file requirements.txt requirements.in

clean: ## remove the environment, the models and the conversations
	rm -rf $(VENV) models var .rasa
