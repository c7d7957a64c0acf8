# SPDX-License-Identifier: MIT
# Citra terkecil untuk pmm-check: biner dan pustaka yang dipakainya saja.
# The smallest image of pmm-check: the binary and just the libraries that it
# uses. It holds no shell and no package manager, so there is nothing to enter.
#
#   docker build -t pmm-check . && docker run --rm -p 8080:8080 pmm-check

FROM debian:trixie-slim AS builder
WORKDIR /src
# The packages stand in ./dev, and are installed anew only if that changes.
COPY dev .
RUN ./dev deps
COPY . .
RUN ./dev build
# The libraries keep their paths, where the dynamic loader looks for them without
# a cache; each comes with its licence.
RUN set -eu; \
	strip -o pmm-check build/pmm-check; \
	install -D pmm-check /image/pmm-check; \
	install -D -m 0644 LICENSE /image/usr/share/doc/pmm-check/LICENSE; \
	ldd pmm-check >libraries; \
	if grep 'not found' libraries; then exit 1; fi; \
	sed -n 's|^[^/]*\(/[^ ]*\) (0x.*|\1|p' libraries | while read -r library; do \
		cp -L --parents "$library" /image; \
		package=$(dpkg -S "$(realpath "$library")" | cut -d: -f1); \
		cp -L --parents "/usr/share/doc/$package/copyright" /image; \
	done

FROM scratch
LABEL org.opencontainers.image.title="pmm-check" \
	org.opencontainers.image.description="Fitur PMM mana yang wajib dipakai? Which PMM features must a teacher use?" \
	org.opencontainers.image.licenses="MIT"
COPY --from=builder /image /
USER 65534:65534
EXPOSE 8080
ENTRYPOINT ["/pmm-check"]
CMD ["serve", "--listen", "0.0.0.0:8080"]
