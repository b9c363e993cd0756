"""The cache of rendered pieces: Valkey when it answers, nothing when it does not."""

import time
from typing import Any

import structlog
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = structlog.get_logger(__name__)
BREAK_SECONDS = 10  # after a failure nobody waits for Valkey again this long


class ForgivingRedisCache(RedisCache):
    """Treat every failure of Valkey as a miss, and leave it alone for a while after one."""

    _closed_until = 0.0  # per process: each finds out by itself

    def _try(self, method: str, default: Any, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() < ForgivingRedisCache._closed_until:
            return default
        try:
            return getattr(super(), method)(*args, **kwargs)
        except (RedisError, OSError) as reason:
            ForgivingRedisCache._closed_until = time.monotonic() + BREAK_SECONDS
            logger.warning("page cache unavailable", reason=str(reason))
            return default

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return self._try("get", default, key, default, version)

    def set(self, key: str, value: Any, timeout: Any = 300, version: int | None = None) -> None:
        self._try("set", None, key, value, timeout, version)

    def get_many(self, keys: Any, version: int | None = None) -> dict[str, Any]:
        return self._try("get_many", {}, keys, version)

    def set_many(self, data: dict[str, Any], timeout: Any = 300, version: int | None = None) -> list[str]:
        return self._try("set_many", list(data), data, timeout, version)

    def delete(self, key: str, version: int | None = None) -> bool:
        return self._try("delete", False, key, version)
