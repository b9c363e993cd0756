"""What settings need to be read in tests and checks; the servers' addresses come from ``servers.py``."""

PLAIN = {
    "DJANGO_SETTINGS_MODULE": "portal.settings",
    "SECRET_KEY": "only-for-tests-" * 4,
    "STATEMENT_SIGNING_KEY": "0123456789abcdef" * 4,
    "SITE_URL": "http://localhost",
    "EXTRA_HOSTS": "testserver,127.0.0.1",
    "LOG_FORMAT": "console",
    "LOG_LEVEL": "WARNING",
}
NO_SERVERS = {"DATABASE_URL": "postgresql://lh_owner@127.0.0.1:1/lh", "REDIS_URL": "redis://127.0.0.1:1/0"}
