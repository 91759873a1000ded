# One image for web, worker, beat, bank and migrations. The same lock as everywhere, every package checked by its hash.
FROM python:3.11-slim-bookworm AS packages
COPY requirements.lock /tmp/
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --requirement /tmp/requirements.lock

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /srv/portal --shell /usr/sbin/nologin portal \
    && install -d -o portal -g portal -m 0700 /srv/bank /srv/phone /srv/keys/seller /srv/keys/bank /srv/wal /srv/backups \
    && install -d -o portal -g portal /srv/portal /srv/static
COPY --from=packages /venv /venv
COPY --chown=root:root . /srv/portal
WORKDIR /srv/portal
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 STATIC_ROOT=/srv/static
USER portal
# The key signs nothing that outlives this line: collectstatic only needs the settings to load.
RUN DJANGO_SETTINGS_MODULE=kwsp_portal.settings.production \
    SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(48))')" \
    python manage.py collectstatic --noinput --verbosity 0
EXPOSE 8000
CMD ["gunicorn", "kwsp_portal.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", "--threads", "32", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
