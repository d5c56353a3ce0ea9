# SPDX-License-Identifier: Apache-2.0
#
# make help        lists the targets
# make VARIANT=asan …  builds into build/asan (release, debug, asan, tsan, cov, fuzz)

VARIANT ?= release
B       := build/$(VARIANT)
V       ?= 0
Q       := $(if $(filter 1,$(V)),,@)
SAY      = $(if $(filter 1,$(V)),@:,@printf '  %-7s %s\n')

PREFIX     ?= /usr
BINDIR     ?= $(PREFIX)/bin
LIBEXECDIR ?= $(PREFIX)/libexec/contact-agent
DATADIR    ?= $(PREFIX)/share/contact-agent
GATEWAY_DATADIR ?= $(PREFIX)/share/contact-gateway
LOCALEDIR  ?= $(PREFIX)/share/locale
SYSCONFDIR ?= /etc
STATEDIR   ?= /var/lib
ifndef VERSION
VERSION    := $(shell scripts/version)
endif

CC_release := gcc
CC_debug   := gcc
CC_asan    := gcc
CC_tsan    := gcc
CC_cov     := gcc
CC_fuzz    := clang
override CC := $(CC_$(VARIANT))
ifeq ($(CC),)
$(error unknown VARIANT '$(VARIANT)': release, debug, asan, tsan, cov or fuzz)
endif

# No unwind tables: nothing here unwinds, and a debugger has those of the symbols' package.
OPT_release := -O2 -g -D_FORTIFY_SOURCE=3 -fno-asynchronous-unwind-tables
OPT_debug   := -O0 -g3
OPT_asan    := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
OPT_tsan    := -O1 -g -fsanitize=thread
OPT_cov     := -O0 -g --coverage
OPT_fuzz    := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all

WERROR ?= -Werror
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wformat=2 -Wstrict-prototypes \
        -Wmissing-prototypes -Wundef -Wvla -Wwrite-strings -Wswitch-enum -Wimplicit-fallthrough $(WERROR)
# Hidden: a function of ours never takes the place of a library's own of the same name (libyaml has a yaml_free).
HARD := -fstack-protector-strong -fstack-clash-protection -fcf-protection -fPIE -fvisibility=hidden
PQ_INCLUDE := $(filter-out -I/usr/include,-I$(shell pg_config --includedir 2>/dev/null || echo /usr/include/postgresql))
override CPPFLAGS += -D_GNU_SOURCE -Iinclude -I. $(PQ_INCLUDE) \
        -DCONTACT_LIBEXECDIR='"$(LIBEXECDIR)"' -DCONTACT_DATADIR='"$(DATADIR)"' -DCONTACT_GATEWAY_DATADIR='"$(GATEWAY_DATADIR)"' \
        -DCONTACT_SYSCONFDIR='"$(SYSCONFDIR)"' -DCONTACT_STATEDIR='"$(STATEDIR)"' -DCONTACT_LOCALEDIR='"$(LOCALEDIR)"'
# What no program calls is left out, and addresses to be relocated are packed (a linker that cannot, says so and goes on).
override CFLAGS  += -std=gnu11 $(OPT_$(VARIANT)) $(WARN) $(HARD) -ffunction-sections -fdata-sections -MMD -MP
# Constants stand beside the code that reads them: pages of their own would cost two of the megabyte that the agent keeps below.
override LDFLAGS += $(OPT_$(VARIANT)) -pie -Wl,-z,relro,-z,now,-z,noexecstack,-z,pack-relative-relocs,-z,noseparate-code -Wl,--as-needed,--gc-sections

# ISA-L compresses level 1 where it is installed; WITH_ISAL=0 does without.
WITH_ISAL ?= $(if $(shell pkg-config --exists libisal 2>/dev/null && echo yes),1,0)
override CPPFLAGS += -DCONTACT_ISAL=$(WITH_ISAL)

LIBS_common  := -lcrypto -lyaml -lz -lsqlite3 -ljansson $(if $(filter 1,$(WITH_ISAL)),-lisal)
LIBS_agent   := $(LIBS_common) -lodbc -pthread
LIBS_send    := -lcurl -lssl $(LIBS_common)
LIBS_gateway := -lmicrohttpd -lpq -lssl $(LIBS_common)

# The rooms. Each executable links common, and only the rooms named here.
COMMON_SRC  := $(wildcard common/*.c)
AGENT_SRC   := $(wildcard agent/*.c agent/mapping/*.c agent/source/*.c agent/select/*.c agent/record/*.c \
                 agent/text/*.c agent/text/*/*.c agent/state/*.c agent/spool/*.c agent/collect/*.c agent/discover/*.c)
SEND_SRC    := agent/settings.c $(wildcard agent/send/*.c agent/spool/*.c)
GATEWAY_SRC := $(wildcard gateway/*.c gateway/loader/*.c gateway/signer/*.c)
obj = $(patsubst %.c,$(B)/obj/%.o,$(1))
# Small rather than fast: what waits for people, networks and databases, and the detectors but those in which the time of
# a note goes; but two that a profile of a backfill's rows showed are fast.
EACH_ROW := agent/collect/tokens.c agent/mapping/local_id.c
OFTEN_ASKED := $(patsubst %,agent/text/detect/%.c,feature likely)
$(call obj,$(filter-out $(EACH_ROW),$(wildcard agent/*.c agent/collect/*.c agent/discover/*.c agent/mapping/*.c \
  agent/record/record.c agent/select/*.c agent/send/*.c agent/source/*.c agent/spool/*.c agent/state/*.c agent/text/canary.c \
  agent/text/own/due.c agent/text/own/mark.c agent/text/own/number.c agent/text/own/own.c agent/text/own/phrase.c agent/text/replace.c agent/text/text.c agent/text/wrapping.c agent/text/words/gazetteer.c \
  common/batch*.c common/bundle.c common/buf_file.c common/cms_*.c common/config.c common/db.c common/durable.c \
  common/gzip_stream.c common/language.c common/log.c common/manifest.c common/mem.c common/model_*.c common/nearest.c \
  common/clock.c common/crypto.c common/der.c common/encoding.c common/err.c common/json.c common/lock.c common/model.c common/notify.c common/pem.c common/problems.c common/shown.c common/thesaurus.c common/table.c common/user.c common/yaml.c common/zone.c)) \
  $(filter-out $(OFTEN_ASKED),$(wildcard agent/text/detect/*.c))): OPT_release += -Os

PROGRAMS := $(if $(wildcard agent/main.c),$(B)/contact-agent) \
            $(if $(wildcard agent/send/main.c),$(B)/contact-agent-send) \
            $(if $(wildcard gateway/main.c),$(B)/contact-gateway)

# What the programs say to people, in other languages (scripts/messages keeps po/ up to the sources). Each package has a
# catalogue of its own.
LANGUAGES  := $(patsubst po/%.po,%,$(wildcard po/*.po))
CATALOGUES := $(foreach program,contact-agent contact-gateway,$(LANGUAGES:%=$(B)/locale/%/LC_MESSAGES/$(program).mo))
define catalogue
$(B)/locale/%/LC_MESSAGES/$(1).mo: po/%.po scripts/messages $$(wildcard agent/*.c agent/*/*.c common/*.c gateway/*.c)
	@mkdir -p $$(@D)
	$$(SAY) MSG $$@
	$$(Q)scripts/messages of $(1) $$< >$$(@:.mo=.po)
	$$(Q)msgfmt --check-format -o $$@ $$(@:.mo=.po)
endef
$(foreach program,contact-agent contact-gateway,$(eval $(call catalogue,$(program))))

.PHONY: all help clean
all: $(PROGRAMS) $(B)/text.lex $(CATALOGUES) ## build the programs (VARIANT=release by default)

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(B)/obj/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(SAY) CC $<
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

$(B)/version: FORCE
	@mkdir -p $(@D)
	@echo '$(VERSION)' | cmp -s - $@ || echo '$(VERSION)' >$@
.PHONY: FORCE
$(B)/obj/common/version.o: $(B)/version
$(B)/obj/common/version.o: override CPPFLAGS += -DCONTACT_VERSION='"$(VERSION)"'

$(B)/libcommon.a: $(call obj,$(COMMON_SRC))
	$(SAY) AR $@
	$(Q)rm -f $@ && ar rcs $@ $^

$(B)/libagent.a: $(call obj,$(filter-out agent/main.c,$(AGENT_SRC)))
	$(SAY) AR $@
	$(Q)rm -f $@ && ar rcs $@ $^

$(B)/libsend.a: $(call obj,$(filter-out agent/send/main.c,$(SEND_SRC)))
	$(SAY) AR $@
	$(Q)rm -f $@ && ar rcs $@ $^

$(B)/libgateway.a: $(call obj,$(filter-out gateway/main.c,$(GATEWAY_SRC)))
	$(SAY) AR $@
	$(Q)rm -f $@ && ar rcs $@ $^

$(B)/contact-agent: $(B)/obj/agent/main.o $(B)/libagent.a $(B)/libcommon.a
	$(SAY) LD $@
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS_agent) -lm

$(B)/contact-agent-send: $(B)/obj/agent/send/main.o $(B)/libsend.a $(B)/libcommon.a
	$(SAY) LD $@
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS_send)

$(B)/contact-gateway: $(B)/obj/gateway/main.o $(B)/libgateway.a $(B)/libcommon.a
	$(SAY) LD $@
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS_gateway)

# The sample dispatch database: made by a program of its own, which shares nothing with what it tests.
SAMPLE_SRC := $(wildcard tests/sample/*.c)
$(B)/sample-dispatch: $(call obj,$(SAMPLE_SRC))
	$(SAY) LD $@
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -lsqlite3

.PHONY: sample
sample: $(B)/sample-dispatch ## build the program that makes sample dispatch databases

# Stands in for collect in the tests of sending.
$(B)/spool-tool: $(B)/obj/tests/system/spool_tool.o $(B)/libsend.a $(B)/libcommon.a
	$(SAY) LD $@
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS_common)

.PHONY: system-programs
system-programs: all sample $(B)/spool-tool ## build what the system tests run, before several of them do

# The word file of the text engine: the distribution's French dictionary and our lists, made into one mapped table.
HUNSPELL_FR ?= /usr/share/hunspell/fr
$(B)/text.lex: scripts/text-lexicon agent/text/words/lexicon.h agent/text/own/spelling.c $(wildcard conf/text/*.txt)
	@mkdir -p $(@D)
	$(SAY) WORDS $@
	$(Q)scripts/text-lexicon agent/text/words/lexicon.h conf/text $(HUNSPELL_FR) $@ >/dev/null

# contact-agent clean alone, for the scorer of tests/bench/text.
$(B)/text-clean: $(B)/obj/tests/bench/text/main.o $(B)/libagent.a $(B)/libcommon.a
	$(SAY) LD $@
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS_agent) -lm

$(B)/text-speed: $(B)/obj/tests/bench/text/speed.o $(B)/libagent.a $(B)/libcommon.a
	$(SAY) LD $@
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS_agent) -lm

# What the text engine judges by where no rule decides, learnt again after its notes, its lists or feature.c changed. Sets
# that are scored unread teach nothing.
TEXT_UNREAD := $(addprefix tests/data/text/,aside.txt anchor.txt beacon.txt blind.txt closed.txt sealed.txt vault.txt)
.PHONY: text-weights
text-weights: $(B)/text-features $(B)/text.lex ## learn conf/text/weights.txt from the marked notes (needs liblinear-tools)
	$(Q)scripts/text-weights $^ $(filter-out $(TEXT_UNREAD),$(wildcard tests/data/text/*.txt)) >$(B)/weights.txt
	$(Q)mv $(B)/weights.txt conf/text/weights.txt

$(B)/text-features: $(B)/obj/tests/bench/text/features.o $(B)/libagent.a $(B)/libcommon.a
	$(SAY) LD $@
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS_agent) -lm

$(B)/text-growth: $(B)/obj/tests/bench/text/growth.o $(B)/libagent.a $(B)/libcommon.a
	$(SAY) LD $@
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS_agent) -lm

# Unit tests mirror the sources: tests/unit/<room>/<file>_test.c is one cmocka program.
UNIT_SRC := $(wildcard tests/unit/*/*_test.c tests/unit/*/*/*_test.c)
UNIT_BIN := $(patsubst tests/unit/%.c,$(B)/unit/%,$(UNIT_SRC))
.SECONDARY: $(patsubst %.c,$(B)/obj/%.o,$(UNIT_SRC))

$(B)/unit/common/%: $(B)/obj/tests/unit/common/%.o $(B)/libcommon.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -lcmocka $(LIBS_common)
$(B)/unit/agent/send/%: $(B)/obj/tests/unit/agent/send/%.o $(B)/libsend.a $(B)/libcommon.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -lcmocka $(LIBS_send)
$(B)/unit/agent/%: $(B)/obj/tests/unit/agent/%.o $(B)/libagent.a $(B)/libcommon.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -lcmocka $(LIBS_agent) -lm
$(patsubst tests/%.c,$(B)/%,$(wildcard tests/unit/agent/text/*_test.c)): | $(B)/text.lex
$(B)/unit/gateway/%: $(B)/obj/tests/unit/gateway/%.o $(B)/libgateway.a $(B)/libcommon.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -lcmocka $(LIBS_gateway)

.PHONY: unit unit-programs
unit-programs: $(UNIT_BIN)
unit: unit-programs ## build and run the unit tests of one VARIANT
	$(Q)scripts/unit $(UNIT_BIN)

# Fuzz targets: libFuzzer programs; `make test` replays their corpora, `make fuzz` searches on.
FUZZ_SRC := $(wildcard tests/fuzz/*_fuzz.c)
FUZZ_BIN := $(patsubst tests/fuzz/%_fuzz.c,build/fuzz/fuzz/%,$(FUZZ_SRC))
build/fuzz/fuzz/%: $(B)/obj/tests/fuzz/%_fuzz.o $(B)/libagent.a $(B)/libsend.a $(B)/libgateway.a $(B)/libcommon.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ -lcurl -lmicrohttpd -lpq -lssl $(LIBS_agent) -lm
.PHONY: fuzz-programs fuzz fuzz-replay
ifeq ($(VARIANT),fuzz)
fuzz-programs: $(FUZZ_BIN) $(B)/text.lex
else
fuzz-programs:
	$(Q)$(MAKE) --no-print-directory VARIANT=fuzz fuzz-programs
endif
fuzz: fuzz-programs ## search with every fuzz target for SECONDS each (default 60)
	$(Q)scripts/fuzz search $(or $(SECONDS),60) $(FUZZ_BIN)
fuzz-replay: fuzz-programs ## replay the corpora
	$(Q)scripts/fuzz replay 0 $(FUZZ_BIN)

# What a person types.
.PHONY: deps demo test test-long test-package lint bench cov install format debug asan tsan
deps: ## install what building and the demo need (scripts/deps --test: also for tests)
	$(Q)scripts/deps
demo: ## from nothing to a filled warehouse, faults included (CALLS=n, KEEP=1)
	$(Q)scripts/deps
	$(Q)$(MAKE) --no-print-directory -j2 all sample
	$(Q)scripts/demo
test: ## everything: units, system runs, both stores, sanitizers, fuzz corpora
	$(Q)scripts/deps --test
	$(Q)scripts/test
test-long: ## the same with the full counts, and the packages
	$(Q)scripts/deps --test
	$(Q)scripts/test --long
test-package: ## the packages of the last commit, installed and attacked in containers with systemd (as root)
	$(Q)scripts/deps --test
	$(Q)scripts/package deb
	$(Q)scripts/package rpm
	$(Q)$(MAKE) --no-print-directory sample
	$(Q)/usr/bin/python3 -m pytest -q -rs -p no:cacheprovider tests/package
lint: ## clang-tidy, cppcheck, shellcheck, formatting, ceilings of length and complexity, messages
	$(Q)scripts/deps --test
	$(Q)scripts/lint
bench: ## measure against the named baselines (CALLS=n, TEXT=0, MEMORY=1, SERVER=postgresql|mariadb)
	$(Q)scripts/deps --test
	$(Q)$(MAKE) --no-print-directory -j2 all sample
	$(Q)scripts/bench
debug asan tsan: ## build a variant into build/<variant>
	$(Q)$(MAKE) --no-print-directory VARIANT=$@ all unit-programs
cov: ## coverage of the unit tests, as a table
	$(Q)$(MAKE) --no-print-directory VARIANT=cov unit
	$(Q)scripts/coverage

# Files of the packages are written once in packaging/common; deb and rpm install the same.
UNITDIR     ?= $(PREFIX)/lib/systemd/system
SYSUSERSDIR ?= $(PREFIX)/lib/sysusers.d
TMPFILESDIR ?= $(PREFIX)/lib/tmpfiles.d
PRESETDIR   ?= $(PREFIX)/lib/systemd/system-preset
INSTALL_DATA = install -D -m 644
UNITS_agent   := contact-agent-collect contact-agent-send
UNITS_gateway := contact-gateway contact-loader contact-signer

$(B)/%.service: packaging/common/%.service.in packaging/common/hardening.conf
	@mkdir -p $(@D)
	$(Q)sed -e '/@HARDENING@/{r packaging/common/hardening.conf' -e 'd}' $< >$@

# Manual pages: what the programs say of themselves, within what docs/man says of them.
$(B)/man/contact-agent%: docs/man/contact-agent%.scd scripts/manual $(B)/contact-agent
	@mkdir -p $(@D)
	$(SAY) MAN $@
	$(Q)scripts/manual $< $(B)/contact-agent >$@
$(B)/man/contact-gateway%: docs/man/contact-gateway%.scd scripts/manual $(B)/contact-gateway
	@mkdir -p $(@D)
	$(SAY) MAN $@
	$(Q)scripts/manual $< $(B)/contact-gateway >$@
# What bash completes, from the same tables.
COMPLETIONDIR ?= $(PREFIX)/share/bash-completion/completions
$(B)/completion/%: scripts/completion $(B)/%
	@mkdir -p $(@D)
	$(SAY) BASH $@
	$(Q)scripts/completion $(B)/$* >$@

# A page that could not be made is none.
.DELETE_ON_ERROR:
manual_of = $(patsubst docs/man/%.scd,$(B)/man/%,$(wildcard docs/man/$(1).$(2).scd docs/man/$(1).*.$(2).scd))
MANDIR ?= $(PREFIX)/share/man
.PHONY: manuals
manuals: $(patsubst docs/man/%.scd,$(B)/man/%,$(wildcard docs/man/*.scd)) ## the manual pages

.PHONY: install-agent install-gateway deb rpm
install: install-agent install-gateway ## install below DESTDIR
install-agent: all $(UNITS_agent:%=$(B)/%.service) $(call manual_of,contact-agent,1) $(call manual_of,contact-agent,5) \
  $(B)/completion/contact-agent
	install -D -m 755 $(B)/contact-agent $(DESTDIR)$(BINDIR)/contact-agent
	install -D -m 755 $(B)/contact-agent-send $(DESTDIR)$(LIBEXECDIR)/contact-agent-send
	$(INSTALL_DATA) $(B)/text.lex $(DESTDIR)$(DATADIR)/text.lex
	$(INSTALL_DATA) -t $(DESTDIR)$(DATADIR)/model conf/model/*.yaml
	$(INSTALL_DATA) -t $(DESTDIR)$(DATADIR)/mappings conf/mappings/*.yaml
	$(foreach language,$(LANGUAGES),$(INSTALL_DATA) $(B)/locale/$(language)/LC_MESSAGES/contact-agent.mo \
		$(DESTDIR)$(LOCALEDIR)/$(language)/LC_MESSAGES/contact-agent.mo;)
	$(INSTALL_DATA) packaging/common/database-server.conf $(DESTDIR)$(DATADIR)/database-server.conf
	$(INSTALL_DATA) conf/agent.yaml $(DESTDIR)$(SYSCONFDIR)/contact-agent/agent.yaml
	install -d $(DESTDIR)$(SYSCONFDIR)/contact-agent/conf.d
	$(INSTALL_DATA) -t $(DESTDIR)$(UNITDIR) packaging/common/contact-agent.target $(UNITS_agent:%=$(B)/%.service)
	$(INSTALL_DATA) packaging/common/contact-agent.sysusers $(DESTDIR)$(SYSUSERSDIR)/contact-agent.conf
	$(INSTALL_DATA) packaging/common/contact-agent.tmpfiles $(DESTDIR)$(TMPFILESDIR)/contact-agent.conf
	$(INSTALL_DATA) packaging/common/contact-agent.preset $(DESTDIR)$(PRESETDIR)/80-contact-agent.preset
	$(INSTALL_DATA) -t $(DESTDIR)$(MANDIR)/man1 $(call manual_of,contact-agent,1)
	$(INSTALL_DATA) -t $(DESTDIR)$(MANDIR)/man5 $(call manual_of,contact-agent,5)
	$(INSTALL_DATA) -t $(DESTDIR)$(COMPLETIONDIR) $(B)/completion/contact-agent
install-gateway: all $(UNITS_gateway:%=$(B)/%.service) $(call manual_of,contact-gateway,1) $(call manual_of,contact-gateway,5) \
  $(B)/completion/contact-gateway
	install -D -m 755 $(B)/contact-gateway $(DESTDIR)$(BINDIR)/contact-gateway
	$(INSTALL_DATA) -t $(DESTDIR)$(GATEWAY_DATADIR)/model conf/model/*.yaml
	$(INSTALL_DATA) -t $(DESTDIR)$(GATEWAY_DATADIR)/nginx conf/nginx/*
	$(INSTALL_DATA) -t $(DESTDIR)$(GATEWAY_DATADIR)/prometheus conf/prometheus/*
	$(foreach language,$(LANGUAGES),$(INSTALL_DATA) $(B)/locale/$(language)/LC_MESSAGES/contact-gateway.mo \
		$(DESTDIR)$(LOCALEDIR)/$(language)/LC_MESSAGES/contact-gateway.mo;)
	$(INSTALL_DATA) conf/gateway.yaml $(DESTDIR)$(SYSCONFDIR)/contact-gateway/gateway.yaml
	$(INSTALL_DATA) -t $(DESTDIR)$(UNITDIR) $(UNITS_gateway:%=$(B)/%.service)
	$(INSTALL_DATA) packaging/common/contact-gateway.sysusers $(DESTDIR)$(SYSUSERSDIR)/contact-gateway.conf
	$(INSTALL_DATA) packaging/common/contact-gateway.tmpfiles $(DESTDIR)$(TMPFILESDIR)/contact-gateway.conf
	$(INSTALL_DATA) packaging/common/contact-gateway.preset $(DESTDIR)$(PRESETDIR)/80-contact-gateway.preset
	$(INSTALL_DATA) -t $(DESTDIR)$(MANDIR)/man1 $(call manual_of,contact-gateway,1)
	$(INSTALL_DATA) -t $(DESTDIR)$(MANDIR)/man5 $(call manual_of,contact-gateway,5)
	$(INSTALL_DATA) -t $(DESTDIR)$(COMPLETIONDIR) $(B)/completion/contact-gateway

deb: ## Debian packages into build/deb
	$(Q)scripts/package deb
rpm: ## RPM packages into build/rpm
	$(Q)scripts/package rpm

format: ## rewrite the sources with clang-format
	@git ls-files '*.c' '*.h' | xargs clang-format -i

clean: ## remove everything built
	rm -rf build

-include $(patsubst %.c,$(B)/obj/%.d,$(COMMON_SRC) $(AGENT_SRC) $(SEND_SRC) $(GATEWAY_SRC) $(UNIT_SRC) $(SAMPLE_SRC) tests/bench/text/main.c)
