# Three stages: build the console's files, build a virtual environment from the hash-pinned lock, ship that alone.
# The image runs as a non-root user and needs no writable root file system: mount the node's folder at /var/lib/exchange.
ARG PYTHON_IMAGE=python:3.11-slim-bookworm
FROM ${PYTHON_IMAGE} AS web
WORKDIR /src
COPY web ./web
COPY scripts/web.sh ./scripts/web.sh
RUN python -m venv /opt/node && mkdir -p src/exchange/console/static && bash scripts/web.sh /opt/node/bin

FROM ${PYTHON_IMAGE} AS build
WORKDIR /src
COPY requirements.lock pyproject.toml README.md ./
RUN python -m venv /opt/exchange \
    && /opt/exchange/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock
COPY src ./src
COPY --from=web /src/src/exchange/console/static/vendor ./src/exchange/console/static/vendor
COPY migrations ./migrations
RUN /opt/exchange/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM ${PYTHON_IMAGE}
RUN groupadd --system --gid 10001 exchange \
    && useradd --system --uid 10001 --gid exchange --home-dir /var/lib/exchange --shell /usr/sbin/nologin exchange \
    && install -d -o exchange -g exchange -m 0700 /var/lib/exchange
COPY --from=build /opt/exchange /opt/exchange
ENV EXCHANGE_HOME=/var/lib/exchange PATH=/opt/exchange/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER 10001:10001
VOLUME ["/var/lib/exchange"]
EXPOSE 8441 9441
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 CMD ["exchange", "doctor", "--live"]
ENTRYPOINT ["exchange"]
CMD ["serve"]
