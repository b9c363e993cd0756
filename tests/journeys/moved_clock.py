"""
``python -m tests.journeys.moved_clock MOMENT MODULE ARGUMENTS…``: runs a module whose clock begins at a moment.

So the real beat and the real worker live through tomorrow evening today. The clock runs on from there, in the children
of the process too. What takes long to import is imported before, so that the moment is not over when the module begins.
"""

import runpy
import sys
from datetime import datetime, timedelta

import celery.apps.beat
import celery.apps.worker  # noqa: F401 -- see above
import django
import time_machine
from django.conf import settings

if __name__ == "__main__":
    moment, module, *arguments = sys.argv[1:]
    django.setup()
    settings.CLOCKS_APART_MAX = timedelta.max  # the database stays where it is
    sys.argv = [module, *arguments]
    time_machine.travel(datetime.fromisoformat(moment).timestamp(), tick=True).start()
    runpy.run_module(module, run_name="__main__", alter_sys=True)
