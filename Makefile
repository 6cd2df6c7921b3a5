# What each target does is written in tools/targets.py; this only calls it. `make help` lists them.

PYTHON ?= python3
ARGS ?=
TARGETS := demo test check bench soak engines screenshots wheel format types locks clean help

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: $(TARGETS)
$(TARGETS):
	@exec $(PYTHON) -m tools $@ $(ARGS)
