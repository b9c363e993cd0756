"""
``python -m tests.journeys.moved_clock SECONDS MODULE ARGUMENTS…``: runs a module whose clock is ahead.

So the real beat and the real worker live through tomorrow evening today. The clock runs on from there, for the children
of the process too.
"""

import runpy
import sys
import time

import time_machine

if __name__ == "__main__":
    seconds, module, *arguments = sys.argv[1:]
    sys.argv = [module, *arguments]
    time_machine.travel(time.time() + float(seconds), tick=True).start()
    runpy.run_module(module, run_name="__main__", alter_sys=True)
