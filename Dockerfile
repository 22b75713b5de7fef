# Bundles -> wheel -> a runtime that has neither Node nor a compiler nor our sources. tests/test_deploy.py runs the same
# steps (.ci/wheel, .ci/install) into an empty folder.

FROM node:22-slim AS bundles
WORKDIR /src/web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci --omit=dev
COPY web .
COPY telesession/exercises ../telesession/exercises
RUN node vendor.js && node bundle.js && node pictures.js

FROM python:3.13-slim AS installed
WORKDIR /src
COPY requirements.lock ./
RUN python3 -m venv /build && /build/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
COPY --from=bundles /src/web/static web/static
RUN .ci/wheel /dist /build/bin/python && .ci/install /dist /opt/telesession

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /data --create-home telesession
COPY --from=installed /opt/telesession /opt/telesession
USER 10001
ENV TELESESSION_HOST=0.0.0.0 TELESESSION_DATA_DIR=/data PYTHONDONTWRITEBYTECODE=1
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s CMD ["/opt/telesession/bin/python", "-c", \
    "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/readyz', timeout=2)"]
ENTRYPOINT ["/opt/telesession/bin/telesession"]
CMD ["serve"]
