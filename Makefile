# Everything starts here. `make up` needs git, make and python3 >= 3.11; the rest it brings itself.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help up doctor venv venv-test test-tools test lint unit wire calls browser bench lock clean

help:
	@echo "make up      instala o que falta e inicia tudo; Ctrl-C encerra"
	@echo "make doctor  diz o que está errado e como consertar"
	@echo "make test    todos os testes (instala as ferramentas deles)"
	@echo "make bench   mede o que o README afirma"
	@echo "make lint    estilo, tipos e regras de importação"
	@echo "make lock    refaz requirements*.lock a partir de requirements*.in"

venv:
	@$(PYTHON) -m flow.bootstrap

venv-test:
	@$(PYTHON) -m flow.bootstrap test

up: venv
	@exec $(BIN)/python -m flow.cli up

doctor: venv
	@$(BIN)/python -m flow.cli doctor

test: venv-test test-tools
	@$(BIN)/python -m tests.run

test-tools:
	@sh tests/tools.sh

lint: venv-test
	@$(BIN)/python -m tests.run lint

unit wire calls browser: venv-test test-tools
	@$(BIN)/python -m tests.run $@

bench: venv-test test-tools
	@$(BIN)/python -m bench

LOCK := $(BIN)/python -m uv pip compile --quiet --generate-hashes --universal --python-version 3.11 \
	--no-emit-index-url --no-header --upgrade

lock: venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check uv
	$(LOCK) requirements.in -o requirements.lock
	$(LOCK) requirements-test.in -o requirements-test.lock

clean:
	rm -rf .venv .web .states
