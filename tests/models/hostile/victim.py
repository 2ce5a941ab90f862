"""Loads the models that are named on its input, each in a fork of its own, with little memory and time to do so.

Answers with a line of JSON: what was said of the model, or that the fork had to be ended.
"""

import json
import os
import resource
import signal
import sys
import time
import traceback
from pathlib import Path

import stancekit
from stancekit.errors import StancekitError

MEMORY = 600 * 2**20
"""Bytes that loading may ask for, beyond those of Python and its libraries."""
SECONDS = 10


def tried(folder):
    begin = time.process_time()
    try:
        model = stancekit.load(folder)
        model.predict([{"text": "Paris refuse l'accord " + "a" * 60, "actor": "France", "target": "deal"}])
        said = {"loaded": True}
    except StancekitError as error:
        said = {"refused": type(error).__name__, "message": str(error)}
    except BaseException as error:  # noqa: BLE001 # that there is no other is what is tested
        said = {"failed": type(error).__name__, "message": "".join(traceback.format_exception(error))[-2000:]}
    return {**said, "seconds": time.process_time() - begin}


def address_space():
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()


def in_a_fork(folder):
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_AS, (address_space() + MEMORY,) * 2)
        signal.alarm(SECONDS)
        os.write(writing, json.dumps(tried(folder)).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as file:
        answer = file.read()
    _, status = os.waitpid(child, 0)
    return answer.decode() or json.dumps({"died": os.waitstatus_to_exitcode(status)})


if __name__ == "__main__":
    stancekit.load(sys.argv[1]).predict(["ready"])
    for line in sys.stdin:
        print(in_a_fork(json.loads(line)), flush=True)
