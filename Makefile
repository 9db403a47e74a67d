# The few commands everyone needs. Each installs what it is missing, with apt, as root or through sudo.

SUDO := $(if $(filter 0,$(shell id -u)),,sudo)
# A C compiler, cmake and nasm build the JPEG and WebP libraries; the tests need the rest.
BUILD_PACKAGES := build-essential cmake nasm pkg-config
CLIENTS := crates/kallitype/tests/clients
PYTHON_CLIENTS := $(or $(CARGO_TARGET_DIR),target)/python-clients
TEST_PACKAGES := $(BUILD_PACKAGES) postgresql ffmpeg util-linux libimage-exiftool-perl python3-venv chromium
WEB_SOURCES := $(shell find web \( -name node_modules -o -name build \) -prune -o -type f -print)

.PHONY: serve web web-types test hostile fuzz lint package bench bench-limits bench-pipeline bench-pictures bench-large bench-queue bench-changes bench-libraries bench-scale bench-vectors setup setup-clients

serve: setup-build web
	cargo run --release --locked --bin kallitype -- serve

# The app for browsers, which the next build of the server takes in.
web: web/build/site/index.html

web/build/site/index.html: web/node_modules/.package-lock.json $(WEB_SOURCES)
	npm run build --prefix web

web/node_modules/.package-lock.json: web/package-lock.json
	npm ci --prefix web --no-audit --no-fund
	touch $@

# How the app sees the API; a test compares it with what the server says of itself.
web-types: web/node_modules/.package-lock.json
	cargo build --locked --workspace --bin kallitype
	$(or $(CARGO_TARGET_DIR),target)/debug/kallitype openapi | npm run types --silent --prefix web

test: setup-clients web
	npm test --prefix web
	tools/with-postgres cargo test --locked --workspace

# What clients the tests need, and the generator that makes more of them; installed when it is not there, or other versions
# are wanted. The tests themselves need no network.
setup-clients: setup $(CLIENTS)/node_modules/.package-lock.json $(PYTHON_CLIENTS)/installed

$(CLIENTS)/node_modules/.package-lock.json: $(CLIENTS)/package-lock.json
	npm ci --prefix $(CLIENTS) --no-audit --no-fund
	touch $@

$(PYTHON_CLIENTS)/installed: $(CLIENTS)/requirements.txt
	python3 -m venv --clear $(PYTHON_CLIENTS)
	$(PYTHON_CLIENTS)/bin/pip install --quiet --require-hashes --only-binary :all: --requirement $<
	touch $@

# Ten thousand broken and malicious files through the API, and what became of them; the suite tries a few hundred.
hostile: setup
	KALLITYPE_TEST_HOSTILE=10000 tools/with-postgres cargo test --locked --package kallitype --test api hostile -- --nocapture

# Every parser of our own, ten minutes each; needs a nightly toolchain and cargo-fuzz.
fuzz: setup
	fuzz/run

lint: web/node_modules/.package-lock.json
	npm run check --prefix web
	cargo fmt --check
	cargo clippy --locked --workspace --all-targets -- --deny warnings

# What would be published: the client for programs in Rust, built as those who download it build it.
package:
	cargo package --locked --package kallitype-client

# Beside a bare write loop, and beside nginx with the same files.
bench: setup-build
	@$(SUDO) tools/install-missing nginx-light
	cargo build --release --locked --package kallitype --package kallitype-benches
	target/release/kallitype-benches

# The whole way of PICTURES photographs, from upload to the last derived file.
bench-pipeline: PICTURES := 1000
bench-pipeline: setup-build
	cargo build --release --locked --package kallitype --package kallitype-benches
	target/release/kallitype-benches pipeline $(PICTURES)

# How fast an external library of FILES files is scanned, for the first time and again; on PostgreSQL with BENCH_DATABASE_URL.
bench-libraries: FILES := 100000
bench-libraries: BENCH_DATABASE_URL := sqlite
bench-libraries: setup-build
	cargo build --release --locked --package kallitype --package kallitype-benches
	target/release/kallitype-benches libraries $(FILES) $(BENCH_DATABASE_URL)

# What is left for everyone else while someone wants all there is. Fails when that is less than it should be.
bench-limits: setup-build
	cargo build --release --locked --package kallitype --package kallitype-benches
	target/release/kallitype-benches limits

# Claims a second with 1,000, 100,000 and 1,000,000 jobs in the queue, on both databases.
bench-queue: setup
	CARGO_PROFILE_DEV_OPT_LEVEL=3 tools/with-postgres cargo test --locked --workspace --lib -- --ignored --nocapture bench_claims

# What lists cost among a million assets of twenty owners, on both databases; BENCH_OWNERS and BENCH_ASSETS change that.
# And what a timeline costs in libraries of 100,000 and of 1,000,000; BENCH_TIMELINES changes that.
bench-scale: setup
	CARGO_PROFILE_DEV_OPT_LEVEL=3 tools/with-postgres cargo test --locked --workspace --lib -- --ignored --nocapture bench_scale

# What it costs to compare 100,000 and 1,000,000 vectors with one, how many of the nearest are met, and what it costs to read
# them from both databases; BENCH_VECTORS changes their numbers.
bench-vectors: setup
	CARGO_PROFILE_DEV_OPT_LEVEL=3 tools/with-postgres cargo test --locked --workspace --lib -- --ignored --nocapture bench_vectors

# What change ids cost an upload, on both databases.
bench-changes: setup
	tools/with-postgres cargo test --locked --package kallitype-db --test changes_cost -- --ignored --nocapture

bench-pictures: setup-build
	npm ci --prefix benches/pictures --no-audit --no-fund
	cargo build --release --locked --package kallitype-media --example render
	cd benches/pictures && node run.mjs

# What large pictures of every format cost; their encoders come from Debian.
bench-large: setup-build
	@$(SUDO) tools/install-missing libavif-bin libheif-examples libjxl-tools libopenjp2-tools
	npm ci --prefix benches/pictures --no-audit --no-fund
	cargo build --release --locked --package kallitype-media --example render
	cd benches/pictures && node large.mjs

setup: PACKAGES := $(TEST_PACKAGES)
setup setup-build:
	@$(SUDO) tools/install-missing $(PACKAGES)

setup-build: PACKAGES := $(BUILD_PACKAGES)
.PHONY: setup-build
