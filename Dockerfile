# One image for web, worker, beat and courier; the command says which. Nothing secret is inside.
FROM python:3.11-slim-bookworm AS build
WORKDIR /app
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
COPY requirements.lock requirements-run.lock ./
RUN python -m venv /venv && /venv/bin/pip install --require-hashes --no-deps -r requirements.lock \
    && python -m venv /build && /build/bin/pip install --require-hashes --no-deps -r requirements-run.lock
COPY . .
# Translations and static files are made once, here. The settings only need something to read; no server is asked.
RUN export SECRET_KEY=build-only-build-only-build-only-build-only-build-only SITE_URL=https://localhost \
        DATABASE_URL=postgresql://lh_app@localhost/lh REDIS_URL=redis://localhost EMAIL_URL=dummymail:// \
        STATIC_ROOT=/app/collected \
        STATEMENT_SIGNING_KEY=0000000000000000000000000000000000000000000000000000000000000000 \
    && /build/bin/python manage.py translations compile \
    && /build/bin/python manage.py collectstatic --noinput --verbosity 0

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /app portal && mkdir -p /var/lib/portal && chown portal /var/lib/portal
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=portal.settings STATIC_ROOT=/app/collected MEDIA_ROOT=/var/lib/portal/media \
    BEAT_SCHEDULE=/var/lib/portal/celerybeat-schedule
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/health/live', timeout=2)"]
CMD ["granian", "--interface", "wsgi", "portal.wsgi:application", "--host", "0.0.0.0", "--port", "8000", \
     "--workers", "2", "--blocking-threads", "1", "--backpressure", "64", "--no-access-log"]
