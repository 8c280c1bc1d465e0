# Two images of one tree, both built from the lock: `docker build --target web .` and `docker build --target worker .`.
# How to run them: docs/docker.md.

FROM python:3.11-slim-bookworm AS packages
WORKDIR /build
RUN python -m venv /opt/venv
COPY requirements/app.txt requirements/app.txt
RUN /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --only-binary=:all: --require-hashes -r requirements/app.txt

FROM python:3.11-slim-bookworm AS runtime
# Versions of Debian's packages are not pinned: Debian removes the old one on the day it publishes a security update.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-core fonts-open-sans \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 10001 app \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    XDG_CACHE_HOME=/tmp/cache \
    MALLOC_ARENA_MAX=2 \
    PORT=8080
WORKDIR /srv/app
COPY --from=packages /opt/venv /opt/venv
COPY app.py gunicorn.conf.py manifest.json LICENSE ./
COPY migrations migrations
COPY static static
COPY templates templates
COPY translations translations
COPY b24app b24app
# Files stay root's: the application cannot change its own code. The empty .env is where a file of settings is mounted.
RUN python -m compileall -q --invalidation-mode unchecked-hash app.py gunicorn.conf.py b24app migrations \
 && touch .env
USER 10001:10001

FROM runtime AS worker
STOPSIGNAL SIGTERM
# The worker answers no requests, so there is nothing to ask; its container ends when the process does.
HEALTHCHECK NONE
CMD ["flask", "--app", "app", "worker"]

FROM runtime AS web
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s --retries=3 \
  CMD ["python", "-c", "import http.client, os; ask = http.client.HTTPConnection('127.0.0.1', int(os.environ['PORT']), timeout=5); ask.request('GET', '/health/ready'); raise SystemExit(ask.getresponse().status != 200)"]
CMD ["gunicorn", "-c", "gunicorn.conf.py", "app:app"]
