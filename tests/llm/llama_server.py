"""A server that speaks OpenAI's language, in a process of its own: `python -m tests.llm.llama_server FILE PORT`."""

from __future__ import annotations

import sys
import threading

from xllamacpp import CommonParams, Server


def main() -> None:
    parameters = CommonParams()
    parameters.model.path = sys.argv[1]
    parameters.port = int(sys.argv[2])
    parameters.n_ctx = 4096
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1
    parameters.verbosity = -1
    serving = Server(parameters)  # it serves for as long as somebody holds it
    threading.Event().wait()
    del serving


if __name__ == "__main__":
    main()
