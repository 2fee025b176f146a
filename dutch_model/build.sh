#!/bin/sh
# Rebuild the Dutch spaCy package, its scores and its model card: build.sh TREEBANK_FOLDER
set -eu
treebank=$(cd "${1:?usage: build.sh TREEBANK_FOLDER}" && pwd)
cd "$(dirname "$0")"
[ -x .venv/bin/python ] || "${PYTHON:-python3.11}" -m venv .venv
.venv/bin/python -m pip install --quiet --requirement requirements-build.txt
.venv/bin/python -m spacy project run all . --vars.treebank="$treebank"
