"""``python -m tests.manage COMMAND``: a management command that needs settings but no server."""

import os
import sys

from django.core.management import execute_from_command_line

from tests.environment import NO_SERVERS, PLAIN

if __name__ == "__main__":
    os.environ |= {**PLAIN, **NO_SERVERS, "DEMO": "1"}
    execute_from_command_line(["manage.py", *sys.argv[1:]])
